import { formatCount, formatMoney, formatMonth, plural } from '../../components/format.ts'
import type { ReportWords } from '../reports/tell-report.ts'

/** What one client has of a month of the bill. Nothing of any other client, and nothing of the whole. */
export interface Statement {
  month: string
  client: string
  msp: string
  madeAt: Date
  /** The most devices at once. */
  peak: number
  /** The devices that count. */
  number: number
  cents: number
  /** Nothing is taken for the month, and `cents` is what it would have cost. */
  isFree: boolean
  currency: string
  /** Each counted day of the month, in order. */
  days: readonly { day: string; enrolled: number; peak: number; isFree: boolean }[]
}

/** What a statement says. Pure: the same one gives the same words for ever. */
export function tellStatement({
  month,
  client,
  msp,
  peak,
  number,
  cents,
  isFree,
  currency,
  days,
}: Statement): ReportWords {
  const free = days.filter((each) => each.isFree).length
  const amount = formatMoney(isFree ? 0 : cents, currency)
  const counted = plural(days.length, 'day was counted', 'days were counted')
  const name = formatMonth(month)
  return {
    client,
    by: `looked after by ${msp}`,
    kicker: `Statement, ${name}`,
    extent: plural(number, 'device', 'devices'),
    title: `${amount} for ${name}`,
    lead: `${countedSentence(number)}${isFree ? ' Nothing is taken for the month: a trial falls into it.' : ''}`,
    figures: [
      {
        label: 'Devices that count',
        value: formatCount(number),
        text: `${counted}, ${formatCount(free)} of them free`,
      },
      { label: 'Devices at most', value: formatCount(peak), text: 'at once, on the busiest day' },
      {
        label: 'Amount',
        value: amount,
        text: isFree ? `without the trial it would be ${formatMoney(cents, currency)}` : 'without tax',
      },
    ],
    year: { title: '', lead: '', points: [], text: '' },
    tables: [
      {
        title: 'Day by day',
        lead: 'The most devices at once on each day of UTC. Days that are not here were not counted, and cost nothing.',
        head: ['Day', 'Devices enrolled', 'Devices that count', 'Free'],
        rows: days.map((each) => [
          each.day,
          formatCount(each.enrolled),
          formatCount(each.peak),
          each.isFree ? 'Free' : '',
        ]),
        isNumber: [false, true, true, false],
      },
    ],
    howCountedTitle: 'How it is counted',
    howCounted:
      'A device counts that is enrolled, not retired, and was seen in the last 30 days. A tenth of the counted days, the busiest, are free: a mass import or a reimaging costs nothing. The amount is this client’s part of the bill of its provider for the month, in proportion to the devices of all.',
  }
}

function countedSentence(number: number): string {
  if (number === 0) return 'No device counts for this month: none was there on a day that is not free.'
  return `${plural(number, 'device counts', 'devices count')} for this month: the busiest of its days that is not free.`
}
