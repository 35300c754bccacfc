import { formatCount, formatDate, formatList, formatTime, plural } from '@/components/format'
import type { Outputs } from '@/server/api/root'

type Bill = Pick<Outputs['billing']['get'], 'days' | 'number' | 'isFree'>

/** How the number of a month comes about, and what is missing in it. */
export function numberWords({ days, number, isFree }: Bill): string {
  const daysOf = (state: Bill['days'][number]['state']) => days.filter((day) => day.state === state)
  const free = daysOf('free').length
  const missed = daysOf('missed').map(({ day }) => dayName(day))
  const devices = plural(number ?? 0, 'device', 'devices')
  const base =
    (isFree ? 'Nothing is taken for this month: the trial falls into it. ' : '') +
    (free === 0
      ? `The busiest day so far had ${devices}. From the tenth counted day on the busiest are free.`
      : `Your ${free === 1 ? 'busiest day is' : `${free} busiest days are`} free, of ${daysOf('counted').length + free} counted. The next had ${devices}.`)
  if (missed.length === 0) return base
  return `${base} Not counted and left out: ${formatList(missed)}.`
}

const inUtc = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat('en-GB', { ...options, timeZone: 'UTC' })

/** A month of the ledger as "November 2026". */
export const monthName = (month: string) => inUtc({ month: 'long', year: 'numeric' }).format(Date.parse(`${month}-01`))

/** A day of the ledger as "22 November". */
export const dayName = (day: string) => inUtc({ month: 'long', day: 'numeric' }).format(Date.parse(day))

/** When the days of the ledger begin on the clocks of a zone: "… a day begins at 01:00, from 30 March on at 02:00". */
export function dayBeginsWords(days: readonly string[], zone: string): string {
  if (zone === 'UTC') return 'Days are those of UTC.'
  const begins = days.map((day) => ({ day, time: formatTime(Date.parse(day), zone) }))
  const [first, ...later] = begins.filter(({ time }, place) => time !== begins[place - 1]?.time)
  const changes = later.map(({ day, time }) => `, from ${dayName(day)} on at ${time}`)
  // West of Greenwich midnight of UTC falls on the evening before.
  const before = first && first.time >= '12:00' ? ' the day before' : ''
  return `Days are those of UTC: in ${zone} a day begins${before} at ${first?.time}${changes.join('')}.`
}

const invoiceStates: Record<string, string> = {
  draft: 'In the making',
  open: 'To be paid',
  paid: 'Paid',
  void: 'Void',
  uncollectible: 'Given up',
}
/** The state of an invoice; a word of Stripe's that is new stands as it is. */
export const invoiceState = (status: string): string => invoiceStates[status] ?? status

/** That Stripe's meter has another number than the ledger. */
export function differenceWords({
  month,
  ledgerDevices,
  meterDevices,
}: {
  month: string
  ledgerDevices: number
  meterDevices: number
}): string {
  return `Stripe has another number for ${monthName(month)}: ${plural(meterDevices, 'device', 'devices')} instead of ${formatCount(ledgerDevices)}. Ask us before you pay it.`
}

type Subscription = Outputs['billing']['subscription']

const nothingChanges = 'Nothing can be changed: no approval, no rollout, no new client.'
const goesOn = {
  label: 'Goes on',
  value: 'What was approved, and what your rules approve, is still installed. People may stop it and take it back.',
}

/** What a cancellation means, line by line: read before it is sent. */
export function cancelFacts({ endsAt, readOnlyFrom }: Subscription['ifCancelled'], timeZone: string, now: Date) {
  const dateOf = (at: Date) => formatDate(at, timeZone, now)
  const isInTrial = readOnlyFrom > endsAt
  return [
    { label: 'Ends', value: `On ${dateOf(endsAt)}. Until then you can let it go on after all.` },
    {
      label: 'From then on',
      value: isInTrial
        ? `The trial goes on until ${dateOf(readOnlyFrom)}. After that nothing can be changed.`
        : nothingChanges,
    },
    goesOn,
    {
      label: 'Stays',
      value: 'All data, to be read and taken along. Subscribe again at any time; there is no second trial.',
    },
  ]
}

/** What a payment that is missing means, or a trial or subscription that is over: line by line; null while nothing is in the way. */
export function standingFacts(standing: Subscription['standing']) {
  if (standing.kind !== 'past-due' && standing.kind !== 'read-only') return null
  const isToPay = standing.kind === 'past-due' || standing.why === 'unpaid'
  return [
    { label: standing.kind === 'past-due' ? 'From then on' : 'Closed', value: nothingChanges },
    goesOn,
    {
      label: 'Stays open',
      value: 'To stop, hold and reject, to take away access, to read everything and to take all data along.',
    },
    {
      label: 'Comes back',
      value: `Everything, as soon as ${isToPay ? 'the open invoice is paid' : 'the company subscribes'}.`,
    },
  ]
}
