'use client'
import { useSuspenseQuery } from '@tanstack/react-query'
import { useTrpc } from '@/app/_trpc/client'
import { TwoColumns } from '@/components/app-shell'
import { SectionHead } from '@/components/section-head'
import { StatusMark } from '@/components/status-mark'
import { DeviceAside } from './device-aside'
import { DeviceHeader } from './device-header'
import { DeviceHistory } from './device-history'
import { MissingSection } from './missing-section'
import { RawOutput } from './raw-output'
import { WhyBlock } from './why-block'

/** One device: why is this not patched, what moves, what happened. Moves with the live stream. */
export function DeviceView({ deviceId, patchId }: { deviceId: string; patchId?: string }) {
  const trpc = useTrpc()
  const { data: page } = useSuspenseQuery(trpc.devices.get.queryOptions({ deviceId }))
  const shown = page.missing.find((patch) => patch.patchId === patchId) ?? page.missing[0]
  return (
    <>
      <DeviceHeader page={page} />
      {page.inventory.troubleTold ? (
        <section aria-label="Trouble with the package system">
          <p className="flex items-center gap-2 pb-2 font-key text-body text-fail">
            <StatusMark state="failed" />
            {page.inventory.troubleTold.sentence}
          </p>
          <RawOutput text={page.inventory.trouble} label={page.inventory.troubleTold.label} />
        </section>
      ) : null}
      {shown ? <WhyBlock page={page} patch={shown} /> : <NothingMissing page={page} />}
      <TwoColumns aside={<DeviceAside page={page} />}>
        {page.missing.length > 0 ? <MissingSection page={page} shownId={shown?.patchId} /> : null}
        <section aria-labelledby="history-head">
          <SectionHead id="history-head" title="History" aside="Every result is signed by the device" />
          <DeviceHistory page={page} />
        </section>
      </TwoColumns>
    </>
  )
}

function NothingMissing({ page }: { page: Parameters<typeof DeviceHeader>[0]['page'] }) {
  const isScanned = page.inventory.scannedAt !== null
  return (
    <p className="flex items-center gap-2.5 rounded-panel border border-line-strong px-5 py-4 text-text text-why max-wide:px-4">
      <StatusMark state={isScanned ? 'installed' : 'no-data'} size={18} />
      {isScanned ? 'Nothing is missing on this device.' : 'This device has not told yet what it lacks.'}
    </p>
  )
}
