import { eq } from 'drizzle-orm'
import { members, msps } from '../../db/schema/tenancy.ts'
import { findFactors, hasFactor, stageAfterFirstProof } from './factors.ts'
import { type AuthTx, authDatabase } from './store.ts'

/**
 * Does any company of this person ask for a second factor? Each does, but for a client manager where its owner said otherwise. Suspended
 * memberships ask too: they may come back at any moment. Who belongs nowhere is asked as well.
 */
export async function isFactorAsked(userId: string, tx: AuthTx = authDatabase()): Promise<boolean> {
  const held = await membershipsAsking(userId, tx)
  return held.length === 0 || held.some(({ isAsking }) => isAsking)
}

/** The same for who is about to join a company as this. */
export async function isFactorAskedThen(userId: string, joined: { role: string; managersNeedFactor: boolean }) {
  return asks(joined) || (await membershipsAsking(userId)).some(({ isAsking }) => isAsking)
}

async function membershipsAsking(userId: string, tx: AuthTx = authDatabase()): Promise<{ isAsking: boolean }[]> {
  const held = await tx
    .select({ role: members.role, managersNeedFactor: msps.managersNeedFactor })
    .from(members)
    .innerJoin(msps, eq(msps.id, members.mspId))
    .where(eq(members.userId, userId))
  return held.map((one) => ({ isAsking: asks(one) }))
}

const asks = ({ role, managersNeedFactor }: { role: string; managersNeedFactor: boolean }): boolean =>
  role !== 'client-manager' || managersNeedFactor

/** Whether a password alone is enough for this person now: no company asks for more, and they have no factor. Who has one shows it. */
export async function isOneProofEnough(userId: string, tx: AuthTx = authDatabase()): Promise<boolean> {
  return !(await isFactorAsked(userId, tx)) && !hasFactor(await findFactors(userId, tx))
}

/** The stage of a session that became full by a password alone, as of now: a role, a company, a setting or a factor may have come since. */
export async function judgedStage(userId: string): Promise<'full' | 'second-factor' | 'enrol'> {
  return (await isOneProofEnough(userId)) ? 'full' : stageAfterFirstProof(userId)
}

/** What a session begins with after a password. Never after a mail or a link: a mailbox alone opens nothing. */
export async function stageAfterPassword(
  userId: string,
): Promise<{ stage: 'full' | 'second-factor' | 'enrol'; hasOneFactor: boolean }> {
  const stage = await judgedStage(userId)
  return { stage, hasOneFactor: stage === 'full' }
}
