import { and, asc, type Column, eq, gte, isNotNull, lt, sql } from 'drizzle-orm'
import { usageDaily, usageDailyTotals } from '../../db/schema/billing.ts'
import { clientErasures, clients } from '../../db/schema/tenancy.ts'
import type { Tx } from '../access.ts'
import { withArchived } from '../clients/see-archived.ts'
import { firstDayOf, monthAfter } from './month.ts'

export interface CountedDay {
  day: string
  /** Devices that are not retired, at most. */
  enrolled: number
  /** Those of them that count, at most. */
  peak: number
}

/** The days of a month on which the MSP's devices were counted, in order. */
export function findCountedDays(tx: Tx, month: string): Promise<CountedDay[]> {
  const { day, enrolledPeak: enrolled, activePeak: peak } = usageDailyTotals
  return tx.select({ day, enrolled, peak }).from(usageDailyTotals).where(isIn(day, month)).orderBy(asc(day))
}

/** The first day that was ever counted; null before the first look. */
export async function findFirstDay(tx: Tx): Promise<string | null> {
  const [row] = await tx.select({ day: sql<string | null>`min(${usageDailyTotals.day})::text` }).from(usageDailyTotals)
  return row?.day ?? null
}

/** The days of each client, or of one, on which it had a device, in order. */
export function findClientDays(tx: Tx, month: string, client?: string): Promise<(CountedDay & { clientId: string })[]> {
  const { clientId, day, enrolledPeak: enrolled, activePeak: peak } = usageDaily
  return tx
    .select({ clientId, day, enrolled, peak })
    .from(usageDaily)
    .where(and(isIn(day, month), client ? eq(clientId, client) : undefined))
    .orderBy(asc(day), asc(clientId))
}

const isIn = (day: Column, month: string) => and(gte(day, firstDayOf(month)), lt(day, firstDayOf(monthAfter(month))))

export interface NamedClient {
  name: string
  state: 'active' | 'archived' | 'erased'
}

/** Every client that there is or was, by id. The name of an erased one stands in the proof of its erasure. */
export async function findNames(tx: Tx): Promise<Map<string, NamedClient>> {
  const { id, name, archivedAt } = clients
  const standing = await withArchived(tx, () => tx.select({ id, name, archivedAt }).from(clients))
  const erased = await tx
    .select({ id: clientErasures.clientId, name: clientErasures.clientName })
    .from(clientErasures)
    .where(isNotNull(clientErasures.erasedAt))
  return new Map<string, NamedClient>([
    ...erased.map((row) => [row.id, { name: row.name, state: 'erased' }] as const),
    ...standing.map((row) => [row.id, { name: row.name, state: row.archivedAt ? 'archived' : 'active' }] as const),
  ])
}

/** Whose row of the ledger it is; one that is being erased at this moment has no name. */
export const nameOf = (names: ReadonlyMap<string, NamedClient>, clientId: string): NamedClient =>
  names.get(clientId) ?? { name: 'An erased client', state: 'erased' }
