'use client'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Ellipsis, FastForward, ScanLine } from 'lucide-react'
import { useState } from 'react'
import { useMsp, useTrpc } from '@/app/_trpc/client'
import { formatAge, formatAgo, formatList, formatTime } from '@/components/format'
import { Link } from '@/components/link'
import { DottedLine, PageHeader } from '@/components/page-header'
import { StatusMark } from '@/components/status-mark'
import { Button } from '@/components/ui/button'
import { DisabledReason } from '@/components/ui/disabled-reason'
import { Menu } from '@/components/ui/menu'
import { Tag } from '@/components/ui/tag'
import { useToast } from '@/components/ui/toast'
import type { Outputs } from '@/server/api/root'
import { paths } from '@/server/paths'
import { MoveDialog } from './move-dialog'
import { RetireDialog } from './retire-dialog'
import { TagsDialog } from './tags-dialog'

export type DevicePage = Outputs['devices']['get']

const reasonId = 'device-actions-reason'

/** Name, when it was seen, where it stands; and what may be done now, or why not. */
export function DeviceHeader({ page }: { page: DevicePage }) {
  const { slug } = useMsp()
  const trpc = useTrpc()
  const queryClient = useQueryClient()
  const showToast = useToast()
  const [isTagging, setIsTagging] = useState(false)
  const [leaving, setLeaving] = useState<'move' | 'retire' | null>(null)
  const { device, client, can, asOf, zone } = page
  const deviceId = device.id
  const settled = () => queryClient.invalidateQueries(trpc.devices.get.queryFilter({ deviceId }))
  const failed = (title: string) => (error: { message: string }) =>
    showToast({ title, detail: error.message, isFailure: true })
  const scan = useMutation(
    trpc.devices.scan.mutationOptions({
      onSuccess: () => {
        showToast({ title: 'Scan ordered.', detail: 'The device takes it up at its next check-in.', mark: 'scheduled' })
        return settled()
      },
      onError: failed('Not scanned'),
    }),
  )
  const patchNow = useMutation(
    trpc.devices.patchNow.mutationOptions({
      onSuccess: ({ patches, openUntil }) => {
        showToast({
          title: `Window opened until ${formatTime(openUntil, zone)}.`,
          detail: `${formatList(patches)} may start at the next check-in.`,
          mark: 'scheduled',
        })
        return settled()
      },
      onError: failed('Window not opened'),
    }),
  )
  const scanReason = can.scan.can ? null : can.scan.reason
  const patchReason = can.patchNow.can ? null : can.patchNow.reason
  const reasons = [...new Set([scanReason, patchReason].filter((reason) => reason !== null))]
  return (
    <>
      <PageHeader
        title={device.hostName}
        isMono
        meta={
          <DottedLine
            className="text-body text-text-2"
            facts={[
              <Seen key="seen" page={page} asOf={asOf} />,
              <Link key="client" href={paths.devices(slug, { client: client.id })} className="hover:underline">
                {client.name}, {page.siteName}
              </Link>,
              page.ring.name ? `ring ${page.ring.name}` : 'no ring',
              zone,
              page.policy.isLab ? <Tag key="lab">{page.policy.labLabel}</Tag> : null,
              device.isRetired ? <Tag key="retired">Retired</Tag> : null,
            ]}
          />
        }
        actions={
          <div className="flex flex-col items-end gap-2 wide:max-w-[440px] max-wide:items-stretch">
            <div className="flex flex-wrap items-start gap-2 max-wide:[&>*]:flex-1">
              <Button
                icon={<ScanLine size={14} aria-hidden />}
                disabledReason={scanReason}
                reasonPlacement="none"
                reasonId={reasonId}
                isPending={scan.isPending}
                onClick={() => scan.mutate({ deviceId })}
              >
                Scan now
              </Button>
              <Button
                icon={<FastForward size={14} aria-hidden />}
                disabledReason={patchReason}
                reasonPlacement="none"
                reasonId={reasonId}
                isPending={patchNow.isPending}
                onClick={() => patchNow.mutate({ deviceId })}
              >
                Patch now
              </Button>
              <span className="max-wide:flex-none!">
                <Menu
                  label="More for this device"
                  isIconOnly
                  trigger={<Ellipsis size={16} aria-hidden />}
                  entries={[
                    {
                      label: page.ring.isTest ? 'Change tags…' : 'Change tags, choose as test device…',
                      onSelect: () => setIsTagging(true),
                      disabledReason: can.tag.can ? null : can.tag.reason,
                    },
                    'line',
                    {
                      label: 'Move to another client…',
                      onSelect: () => setLeaving('move'),
                      disabledReason: can.move.can ? null : can.move.reason,
                    },
                    {
                      label: 'Retire…',
                      isDanger: true,
                      onSelect: () => setLeaving('retire'),
                      disabledReason: can.retire.can ? null : can.retire.reason,
                    },
                    'line',
                    { label: client.name, href: paths.client(slug, client.id) },
                    { label: `All devices of ${client.name}`, href: paths.devices(slug, { client: client.id }) },
                  ]}
                />
              </span>
            </div>
            {reasons.length > 0 ? <DisabledReason id={reasonId}>{reasons.join(' ')}</DisabledReason> : null}
          </div>
        }
      />
      {leaving === 'move' ? <MoveDialog page={page} onClose={() => setLeaving(null)} /> : null}
      {leaving === 'retire' ? <RetireDialog page={page} onClose={() => setLeaving(null)} /> : null}
      <TagsDialog key={device.tags.join('\n')} page={page} isOpen={isTagging} onClose={() => setIsTagging(false)} />
    </>
  )
}

function Seen({ page, asOf }: { page: DevicePage; asOf: Date }) {
  const { status, lastSeenAt } = page.device
  const age = formatAge(lastSeenAt, asOf)
  if (status === 'active')
    return (
      <span className="inline-flex items-center gap-1.5 text-text">
        <StatusMark state="installed" size={14} />
        Seen {formatAgo(lastSeenAt, asOf)}
      </span>
    )
  return (
    <span className="inline-flex items-center gap-1.5 font-key text-text">
      <StatusMark state="no-data" size={14} />
      {status === 'silent' ? `Silent for ${age}` : `No data for ${age}`}
    </span>
  )
}
