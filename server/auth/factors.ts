import { and, count, eq, isNull, ne } from 'drizzle-orm'
import { passkeys, recoveryCodes, signInLinks, totpFactors } from '../../db/schema/auth.ts'
import { type AuthTx, authDatabase } from './store.ts'

/** What a person can prove themselves with beside a password. Recovery codes stand in for a lost factor; they are none. */
export interface Factors {
  hasTotp: boolean
  passkeys: number
  recoveryCodesLeft: number
}

export async function findFactors(userId: string, tx: AuthTx = authDatabase()): Promise<Factors> {
  const totp = await tx.select({ userId: totpFactors.userId }).from(totpFactors).where(eq(totpFactors.userId, userId))
  const [keys] = await tx.select({ count: count() }).from(passkeys).where(eq(passkeys.userId, userId))
  const [codes] = await tx
    .select({ count: count() })
    .from(recoveryCodes)
    .where(and(eq(recoveryCodes.userId, userId), isNull(recoveryCodes.usedAt)))
  return { hasTotp: totp.length > 0, passkeys: keys?.count ?? 0, recoveryCodesLeft: codes?.count ?? 0 }
}

/** Whether their next sign-in asks for a second factor, or for adding one. */
export const hasFactor = (factors: Factors): boolean => factors.hasTotp || factors.passkeys > 0

/** The stage that a first proof (password, mail, link) leads to. */
export async function stageAfterFirstProof(userId: string): Promise<'second-factor' | 'enrol'> {
  return hasFactor(await findFactors(userId)) ? 'second-factor' : 'enrol'
}

/** What somebody may hold who knew the old ways in: recovery links not used yet. They end with a change of password or factors. */
export async function endRecoveryLinks(tx: AuthTx, userId: string, exceptTokenHash = ''): Promise<void> {
  await tx
    .delete(signInLinks)
    .where(
      and(
        eq(signInLinks.userId, userId),
        eq(signInLinks.purpose, 'recovery'),
        isNull(signInLinks.usedAt),
        ne(signInLinks.tokenHash, exceptTokenHash),
      ),
    )
}
