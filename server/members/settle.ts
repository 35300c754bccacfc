import { eq } from 'drizzle-orm'
import { msps } from '../../db/schema/tenancy.ts'
import type { Tx } from '../access.ts'
import type { Context } from '../context.ts'
import { permissionsOf, type Role } from '../permissions.ts'
import { settleMs } from '../proposals/rules.ts'

/** What somebody may say as a second person: by their role, and for which clients. */
interface Say {
  role: Role
  hasAllClients: boolean
}

const confirms = ({ role }: { role: Role }) => permissionsOf[role].has('proposal:confirm')

/** Might they be a second person for more than before? Another list of clients counts as more. */
export const saysMore = (before: Say | null, after: Say): boolean =>
  confirms(after) && !(before !== null && confirms(before) && before.hasAllClients)

/** Might they be one for less than before, or not at all? */
export const saysLess = (before: Say, after: Say | null): boolean =>
  confirms(before) && !(after !== null && confirms(after) && after.hasAllClients)

/**
 * From when somebody whose say grew may be a second person: a day later, so that those who were here before see them come. At once where
 * there is at most one other: nobody could be outvoted yet.
 */
export function settledFrom(others: readonly { role: Role }[], now: Date): Date {
  return others.filter(confirms).length < 2 ? now : afterADay(now)
}

export const afterADay = (now: Date): Date => new Date(now.getTime() + settleMs)

/** Somebody who was a second person is none any more, or not yet again: for a day there counts as being one, so that changing people frees nobody. */
export async function keepSecondPerson(tx: Tx, ctx: Context): Promise<void> {
  await tx
    .update(msps)
    .set({ secondPersonUntil: afterADay(ctx.now) })
    .where(eq(msps.id, ctx.mspId))
}
