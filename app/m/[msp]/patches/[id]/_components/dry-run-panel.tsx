import { TriangleAlert } from 'lucide-react'
import { cn } from '@/components/cn'
import { FactsList } from '@/components/facts-list'
import {
  formatCount,
  formatDateTime,
  formatDuration,
  formatList,
  formatWorkingDuration,
  plural,
  pluralWord,
} from '@/components/format'
import type { DryRun, DryRunRing, LeftOutReason } from '@/server/patches/rules'
import { leftOutReasons } from '@/server/patches/rules'
import { describeUndo } from '../../_components/patch-words'
import type { Choice, PatchData } from './patch-types'

type DryRunPanelProps = { choice: Choice; partners: PatchData['partners']; now: Date; timeZone: string }

/** What an approval now would bring, over the ticked clients. Nothing is sent. */
export function DryRunPanel({ choice, partners, now, timeZone }: DryRunPanelProps) {
  const { run, clients } = choice
  const isApproved =
    clients.length > 0 &&
    clients.every((client) => client.standing.tallies.every((tally) => tally.state === 'approved'))
  const withoutTest = clients.filter((client) => !client.hasTestDevice).map((client) => client.name)
  return (
    <section aria-label="Dry run" className="rounded-panel border border-line-strong">
      <div className="border-line border-b px-5 py-4" aria-live="polite">
        <h2 className="pb-1 font-normal text-detail text-text-3">Dry run, nothing is sent yet</h2>
        <p className="flex items-center gap-3 text-body text-text">
          <span className="font-semibold text-count">{formatCount(run.devices)}</span>
          <span className="max-w-[210px]">
            {run.devices === 0
              ? `devices get it now${isApproved || clients.length === 0 ? '' : ', even if you approve'}`
              : `${pluralWord(run.devices, 'device', 'devices')} at ${plural(run.clients, 'client', 'clients')} ${run.devices === 1 ? 'gets' : 'get'} it ${isApproved ? 'as it is approved now' : 'if you approve now'}`}
          </span>
        </p>
      </div>
      {run.rings.length > 0 ? (
        <ol className="border-line border-b px-5">
          {run.rings.map((ring, place) => (
            <RingRow key={ring.name} ring={ring} isFirst={place === 0} now={now} timeZone={timeZone} />
          ))}
        </ol>
      ) : null}
      {run.late > 0 || withoutTest.length > 0 ? (
        <div className="flex flex-col gap-3 border-line border-b px-5 py-3.5">
          {run.late > 0 ? (
            <Warning tone="fail" title={`${plural(run.late, 'device', 'devices')} would be late`}>
              Their ring opens after the due date. A shorter soak or deferral in the policy brings it forward.
            </Warning>
          ) : null}
          {withoutTest.length > 0 ? (
            <Warning tone="warn" title="Choose at least one test device">
              {formatList(withoutTest)} {withoutTest.length === 1 ? 'has' : 'have'} none, so no rollout starts there.
            </Warning>
          ) : null}
        </div>
      ) : null}
      <div className="rounded-b-panel bg-well px-5 py-4">
        <FactsList facts={factsOf(run, choice, partners, timeZone)} />
      </div>
    </section>
  )
}

type RingRowProps = { ring: DryRunRing; isFirst: boolean; now: Date; timeZone: string }

function RingRow({ ring, isFirst, now, timeZone }: RingRowProps) {
  return (
    <li className="flex gap-4 border-line border-b py-3 last:border-b-0">
      <span
        aria-hidden
        className={cn('w-[5px] rounded-bar border', isFirst ? 'border-accent bg-accent' : 'border-control')}
      />
      <div className="min-w-0 flex-1">
        <p>
          <span className="font-key text-text">{ring.name}</span>{' '}
          <span className="text-text-3">{plural(ring.devices, 'device', 'devices')}</span>
        </p>
        <p className="text-detail text-text-3">{gateWords(ring)}</p>
      </div>
      <div className="text-right">
        <p className="font-key text-text">{openingWords(ring, now, timeZone)}</p>
        <p className="text-detail text-text-3">then soaks {soakWords(ring)}</p>
      </div>
    </li>
  )
}

function openingWords(ring: DryRunRing, now: Date, timeZone: string): string {
  if (!ring.opensAt || !ring.opensAtLatest) return 'when started by hand'
  const word = (at: Date) => (at <= now ? 'Now' : formatDateTime(at, timeZone, now))
  const first = word(ring.opensAt)
  const last = word(ring.opensAtLatest)
  const words = first === last ? first : `${first} to ${last}`
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** A small test ring has too little evidence of its own. */
function gateWords({ asksPersonAt }: DryRunRing): string {
  return asksPersonAt === 0
    ? 'gate by proof'
    : `small ring: asks a person at ${plural(asksPersonAt, 'client', 'clients')}`
}

function soakWords({ soakMs, isWorkingTime }: DryRunRing): string {
  return isWorkingTime ? `${formatWorkingDuration(soakMs)} of work` : formatDuration(soakMs)
}

function Warning({ tone, title, children }: { tone: 'fail' | 'warn'; title: string; children: React.ReactNode }) {
  const color = tone === 'fail' ? 'text-fail' : 'text-warn'
  return (
    <div className="flex gap-3">
      <TriangleAlert size={16} aria-hidden className={cn('mt-0.5 shrink-0', color)} />
      <div>
        <p className={cn('font-key', color)}>{title}</p>
        <p className="text-detail text-text-2">{children}</p>
      </div>
    </div>
  )
}

const leftOutWords: Record<LeftOutReason, string> = {
  held: 'held',
  excepted: 'kept off by an exception',
  rejected: 'rejected',
  deferred: 'deferred',
  'client-asked': 'wait for the yes of their client',
  'no-test-device': 'at clients without a test device',
  untested: 'wait until it is tested at their client',
  'set-waits': 'wait for a patch that goes in with it',
  'failed-before': 'failed on it before: retry there by hand',
  'in-rollout': 'in a rollout already',
}

function factsOf(run: DryRun, choice: Choice, partners: PatchData['partners'], timeZone: string) {
  const together = formatList(partners.map(({ name, version }) => `${name} ${version}`))
  const left = leftOutReasons.flatMap((reason) => {
    const count = run.leftOut[reason]
    if (!count) return []
    const named =
      reason === 'set-waits' && together ? `wait for ${together}, which goes in with it` : leftOutWords[reason]
    return [`${formatCount(count)} ${named}`]
  })
  const named = run.undo.none > 0 ? `: ${formatList(run.notUndoable, 3)}` : ''
  return [
    ...(run.devices > 0 ? [{ label: 'Can be undone', value: `${describeUndo(run.undo)}${named}` }] : []),
    {
      label: 'Left out',
      value: left.length > 0 ? left.join(', ') : choice.clients.length > 0 ? 'nobody' : 'all: no client is ticked',
    },
    ...(run.startsByHand > 0
      ? [{ label: 'Start', value: `by hand at ${plural(run.startsByHand, 'client', 'clients')}` }]
      : []),
    { label: 'Times', value: timeZone },
  ]
}
