import { formatDateTime } from '@/components/format'
import type { MarkState, Tone } from '@/components/mark-state'
import { markWords } from '@/components/mark-state'
import type { DeviceItem, DeviceRow } from './view-types'

/** The mark of one patch on one device, with its word. */
export function itemMark(item: DeviceItem, row: DeviceRow): { mark: MarkState; word: string } {
  const of = (mark: MarkState, word = markWords[mark]) => ({ mark, word })
  const isAway = row.status !== 'active'
  switch (item.state) {
    case 'proved':
      return row.isRebootPending ? of('pending-reboot') : of('installed')
    case 'failed':
      return of('failed')
    case 'rollback-failed':
      return of('failed', 'Cannot be rolled back')
    case 'rolled-back':
      return of('rolled-back')
    case 'rolling-back':
      return isAway ? of('no-data', 'Rollback waits, silent') : of('rolled-back', 'Being rolled back')
    case 'installing':
      return isAway ? of('no-data', 'Silent while installing') : of('installing')
    case 'ordered':
      return isAway ? of('no-data', 'Silent') : of('scheduled', 'Ordered')
    case 'staged':
      return isAway ? of('no-data', 'Silent') : of('staged')
    case 'planned':
      return isAway ? of('no-data', 'Silent') : of('approved', 'Planned')
    case 'vanished':
      return of('not-applicable', 'Vanished')
    case 'overtaken':
      return of('not-applicable', 'Overtaken')
    case 'dropped':
      return of('held', 'Left out')
  }
}

// What a person has to know first stands first.
const urgency: readonly DeviceItem['state'][] = [
  'rollback-failed',
  'failed',
  'rolling-back',
  'rolled-back',
  'installing',
  'vanished',
  'ordered',
  'proved',
  'staged',
  'planned',
  'overtaken',
  'dropped',
]

/** The item that speaks for the device. */
export function leadingItem({ items }: DeviceRow): DeviceItem | undefined {
  return items.toSorted((a, b) => urgency.indexOf(a.state) - urgency.indexOf(b.state))[0]
}

/** One line on a device: what happened, or what it waits for. Times in the zone of the page. */
export function whatHappened(row: DeviceRow, zone: string, now: Date): { text: string; tone: Tone } {
  const { text, tone } = tell(row, zone, now)
  // With one patch its name is left away; with more it begins the line, and names keep their letters.
  return { text: row.items.length > 1 ? text : text.charAt(0).toUpperCase() + text.slice(1), tone }
}

/** What the package itself said, where the reason holds it: the line is short, and that is what helps. */
function causeOf(reason: string): string {
  return reason.split('; it said: ').at(-1) ?? reason
}

function tell(row: DeviceRow, zone: string, now: Date): { text: string; tone: Tone } {
  const item = leadingItem(row)
  if (!item) return { text: 'No longer in the plan', tone: 'mute' }
  const at = formatDateTime(item.stateAt, zone, now)
  const name = row.items.length > 1 ? `${item.name} ` : ''
  const why = item.reason ? `: ${causeOf(item.reason)}` : ''
  const isAway = row.status !== 'active'
  const seen = formatDateTime(row.seenAt, zone, now)
  switch (item.state) {
    case 'rollback-failed':
      return { text: `${name}cannot be rolled back${why}`, tone: 'fail' }
    case 'failed':
      return { text: `${name}failed ${at}${why}`, tone: 'fail' }
    case 'rolled-back':
      return item.isFailureCounted
        ? { text: `${name}failed${why}; ${item.fromVersion ?? 'the former state'} read back ${at}`, tone: 'fail' }
        : { text: `${name}${item.fromVersion ?? 'the former state'} read back ${at}`, tone: 'text' }
    case 'rolling-back':
      return isAway
        ? { text: `Silent since ${seen}. Rollback runs when it is back`, tone: 'warn' }
        : { text: `${name}is being rolled back`, tone: 'back' }
  }
  if (isAway && item.state !== 'proved') return { text: `Silent since ${seen}`, tone: 'warn' }
  switch (item.state) {
    case 'installing':
      return { text: `Installs ${name}since ${at}`.replace('  ', ' '), tone: 'text' }
    case 'ordered':
      return { text: 'Its order waits for the device and its window', tone: 'mute' }
    case 'staged':
      return { text: `Package fetched ${at}; waits for its ring`, tone: 'mute' }
    case 'planned':
      return { text: 'Fetches the package', tone: 'mute' }
    case 'vanished':
      return { text: `${name}vanished before it was fetched`, tone: 'warn' }
    case 'overtaken':
      return { text: `${name}overtaken by another change`, tone: 'mute' }
    case 'dropped':
      return { text: item.reason || 'Left out', tone: 'mute' }
    case 'proved':
      return row.isRebootPending
        ? { text: `Installed ${at}; a reboot is pending`, tone: 'warn' }
        : { text: `${item.toVersion} proved ${at}`, tone: 'text' }
  }
}
