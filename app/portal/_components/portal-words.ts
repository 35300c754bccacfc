import { formatCount, formatDateTime, formatTime, plural } from '@/components/format'
import type { Outputs } from '@/server/api/root'

type Portal = Outputs['portal']['get']

/** The page's first sentence: both numbers, or why there are none. */
export function portalTitle({ computers, countedAt }: Portal): string {
  if (!countedAt) return 'Your computers have not been counted yet'
  if (computers.all === 0) return 'No computer is looked after here yet'
  const { all, upToDate } = computers
  if (upToDate === all)
    return all === 1 ? 'Your computer is up to date' : `All your ${formatCount(all)} computers are up to date`
  return `${formatCount(upToDate)} of your ${plural(all, 'computer', 'computers')} ${upToDate === 1 ? 'is' : 'are'} up to date`
}

/** What stands behind the number, exceptions first; zeros are left out. */
export function portalLead({ computers, countedAt, msp }: Portal): string {
  if (!countedAt) return `${msp.name} sees them with their next report, usually within minutes.`
  if (computers.all === 0) return `${msp.name} adds your computers; then this page tells how they stand.`
  const { waitForRestart, silent } = computers
  const parts = [
    ...(waitForRestart > 0 ? [`${plural(waitForRestart, 'waits', 'wait')} for a restart`] : []),
    ...(silent > 0 ? [`${plural(silent, 'has', 'have')} not been heard of`] : []),
  ]
  if (parts.length === 0) return 'None waits for a restart, and all have reported.'
  return `${parts.join(', and ')}.`
}

/** When updates may be installed next. */
export function windowSentence({ window, organisation, asOf }: Portal): string {
  if (!window) return 'No time for updates is planned.'
  if (window.isAlways) return 'Updates may be installed at any time.'
  const { timeZone } = organisation
  const until = formatTime(window.closesAt, timeZone)
  if (window.opensAt <= asOf) return `Updates may be installed now, until ${until}.`
  return `Updates may be installed ${formatDateTime(window.opensAt, timeZone, asOf)} to ${until}.`
}
