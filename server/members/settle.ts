import { eq } from 'drizzle-orm'
import { members, msps } from '../../db/schema/tenancy.ts'
import type { Tx } from '../access.ts'
import type { Context } from '../context.ts'
import { permissionsOf, type Role } from '../permissions.ts'
import { settleMs } from '../proposals/rules.ts'
import type { LockedMembers, MemberRow } from './lock-members.ts'

/** What somebody may say as a second person: by their role, and for which clients. */
interface Say {
  role: Role
  hasAllClients: boolean
}

const confirms = ({ role }: { role: Role }) => permissionsOf[role].has('proposal:confirm')

/** Might they be a second person for more than before? Another list of clients counts as more. */
const saysMore = (before: Say, after: Say): boolean => confirms(after) && !(confirms(before) && before.hasAllClients)

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

/** Gives a member another role and reach, and judges when they may be a second person and whether one is missed now. */
export async function giveSay(
  tx: Tx,
  ctx: Context,
  { rows }: LockedMembers,
  member: MemberRow,
  after: Say,
): Promise<void> {
  const others = rows.filter((row) => row.userId !== member.userId)
  const settled = saysMore(member, after) ? { mayConfirmFrom: settledFrom(others, ctx.now) } : {}
  await tx
    .update(members)
    .set({ ...after, ...settled })
    .where(eq(members.userId, member.userId))
  if (saysLess(member, after)) await keepSecondPerson(tx, ctx)
}
