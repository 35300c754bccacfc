import { formatCount, formatMoney, plural } from '../../components/format.ts'
import type { Action } from '../permissions.ts'
import { type Price, price } from './price.ts'

/* What a month costs. Pure: counted devices go in, amounts come out, in the smallest unit of the currency. */

/** What only people who see all clients do: see `wholeCan`. */
export const billOfWhole = 'read the bill'

/** Why nothing can be changed: over every page, and when somebody tries. */
export const readOnlyWords = {
  'trial-over': 'The trial is over: nothing can be changed until the company subscribes.',
  unpaid: 'No payment came in 14 days: nothing can be changed until the open invoice is paid.',
  cancelled: 'The subscription has ended: nothing can be changed until the company subscribes again.',
} as const

/**
 * What people still do in a company that is read-only: stop and take back, take away rights and access, say how safely people come in, take their data with them, and pay. A
 * client keeps its say: it does not owe the money.
 */
export const goesOnReadOnly: ReadonlySet<Action> = new Set<Action>([
  ...(['changes:stop', 'changes:resume', 'hold:set', 'patch:reject', 'patch:defer'] as const),
  ...(['rollout:pause', 'rollout:abort', 'rollout:roll-back'] as const),
  ...(['client:export', 'client:erase', 'client:cancel-erasure', 'client:archive', 'device:retire'] as const),
  ...(['member:suspend', 'member:remove', 'member:reset-factors', 'member:revoke-invitation'] as const),
  'msp:set-manager-factors',
  ...(['api-key:revoke', 'enrolment:revoke-token', 'audit:export'] as const),
  ...(['proposal:reject', 'proposal:withdraw', 'msp:transfer'] as const),
  ...([
    'report:stop',
    'portal:ask-exception',
    'portal:answer-exception',
    'portal:answer-consent',
    'portal:give-feedback',
    'rollout:see-feedback',
  ] as const),
  ...(['billing:subscribe', 'billing:open-portal', 'billing:cancel', 'billing:reactivate'] as const),
])

/**
 * How many of the busiest days of a month cost nothing: a tenth of those that were counted, none begun. Three of 30 or 31, two of 28 or 29 and
 * none before the tenth, while the busiest day so far is the number.
 */
export const freeDays = (countedDays: number): number => Math.floor(countedDays / 10)

/**
 * The devices that a month is paid for: the 90th percentile (nearest rank) of its daily peaks, so the busiest day that is not free. Only days
 * that were counted are handed in: one that was not is no zero and takes no part. Null while none was.
 */
export function monthNumber(peaks: readonly number[]): number | null {
  return [...peaks].sort((a, b) => b - a)[freeDays(peaks.length)] ?? null
}

/** The days that are free, of those that were counted: the busiest, of equal ones the first. */
export function findFreeDays(counted: readonly { day: string; peak: number }[]): Set<string> {
  const busiest = [...counted].sort((a, b) => b.peak - a.peak || a.day.localeCompare(b.day))
  return new Set(busiest.slice(0, freeDays(counted.length)).map(({ day }) => day))
}

export interface TierPart {
  devices: number
  cents: number
}

/** How many devices fall into each tier that is reached, and what each of them costs. */
export function splitByTier(devices: number, { tiers }: Price = price): TierPart[] {
  let below = 0
  const parts = tiers.map(({ upTo, cents }) => {
    const part = { devices: Math.max(0, Math.min(devices, upTo ?? devices) - below), cents }
    below += part.devices
    return part
  })
  return parts.filter((part) => part.devices > 0)
}

/** What a month of so many devices costs. */
export function amountOf(devices: number, of: Price = price): number {
  return sumOf(splitByTier(devices, of).map((part) => part.devices * part.cents))
}

/** The bill in one line: "112 devices − 25 free = 87 × €1.20 = €104.40". */
export function tellAmount(devices: number, of: Price = price): string {
  const money = (cents: number) => formatMoney(cents, of.currency)
  const parts = splitByTier(devices, of)
  const paid = parts.filter(({ cents }) => cents > 0)
  const free = devices - sumOf(paid.map((part) => part.devices))
  const words = devices === 0 ? 'No devices' : plural(devices, 'device', 'devices')
  if (paid.length === 0) return `${words}, ${freeWords(devices)} = ${money(0)}`
  const sums = paid.map((part) => `${formatCount(part.devices)} × ${money(part.cents)}`)
  return [
    free > 0 ? `${words} − ${formatCount(free)} free` : words,
    sums.join(' + '),
    money(amountOf(devices, of)),
  ].join(' = ')
}

function freeWords(devices: number): string {
  if (devices === 0) return 'nothing to pay'
  return devices === 1 ? 'and it is free' : 'all of them free'
}

/**
 * Parts of an amount in proportion to weights. They add up to it: what rounding leaves goes to the largest remainders, of equal ones to the first.
 * All zero where nothing weighs.
 */
export function shareAmount(cents: number, weights: readonly number[]): number[] {
  const whole = sumOf(weights)
  if (whole === 0) return weights.map(() => 0)
  const exact = weights.map((weight) => (cents * weight) / whole)
  const parts = exact.map(Math.floor)
  const left = cents - sumOf(parts)
  const first = exact
    .map((value, place) => ({ place, rest: value - Math.floor(value) }))
    .sort((a, b) => b.rest - a.rest || a.place - b.place)
    .slice(0, left)
  for (const { place } of first) parts[place] = (parts[place] ?? 0) + 1
  return parts
}

export interface ClientPeaks {
  clientId: string
  name: string
  /** Of the days on which it had devices. */
  peaks: readonly number[]
}

/**
 * What each client has of a month: its peak, its number (as the month's own, with zero on the counted days without a device of it), its part of
 * the amount in proportion to the numbers, and that part of the whole, 0 to 1. The most first.
 */
export function splitUsage<Client extends ClientPeaks>(clients: readonly Client[], countedDays: number, cents: number) {
  const rows = clients
    .map(({ peaks, ...client }) => {
      const days = [...peaks, ...Array<number>(Math.max(0, countedDays - peaks.length)).fill(0)]
      return { ...client, peak: Math.max(0, ...peaks), number: monthNumber(days) ?? 0, deviceDays: sumOf(peaks) }
    })
    .sort((a, b) => b.number - a.number || b.peak - a.peak || a.name.localeCompare(b.name))
  // Devices that never stay anywhere for long leave every client at zero: then what counts is how long they were there.
  const weights = rows.map(rows.some(({ number }) => number > 0) ? (row) => row.number : (row) => row.deviceDays)
  const whole = sumOf(weights)
  const parts = shareAmount(cents, weights)
  return rows.map(({ deviceDays: _, ...row }, place) => ({
    ...row,
    cents: parts[place] ?? 0,
    share: whole === 0 ? 0 : (weights[place] ?? 0) / whole,
  }))
}

const sumOf = (numbers: readonly number[]) => numbers.reduce((sum, each) => sum + each, 0)
