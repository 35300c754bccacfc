import { randomBytes } from 'node:crypto'
import { and, eq, isNull } from 'drizzle-orm'
import { recoveryCodes } from '../../db/schema/auth.ts'
import { DomainError, notAllowedNow } from '../errors.ts'
import { hashToken } from '../secrets/secret-token.ts'
import { changeWaysIn } from './change-ways-in.ts'
import { findFactors, hasFactor } from './factors.ts'
import { countTry, forgetTries } from './rate-limits.ts'
import type { SessionRow } from './sessions.ts'
import { type AuthTx, authDatabase } from './store.ts'
import { tellMsps } from './tell-msps.ts'
import { tellRefusal } from './tell-refusal.ts'
import type { Visit } from './visit.ts'

const howMany = 10
/** Without letters and digits that look alike. 32 signs: five bits each. */
const alphabet = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789'
const signs = 16

/** 80 random bits in four groups: `ABCD-EFGH-JKLM-NPQR`. */
function newCode(): string {
  const text = [...randomBytes(signs)].map((byte) => alphabet[byte % alphabet.length]).join('')
  return text.match(/.{4}/g)?.join('-') ?? text
}

const hashCode = (userId: string, code: string) =>
  hashToken(`recovery ${userId} ${code.toUpperCase().replace(/[^A-Z0-9]/g, '')}`)

/** Ten new codes in place of the former ones. Answers them in clear, the one time they are ever shown. */
export async function renewRecoveryCodes(tx: AuthTx, userId: string, now: Date): Promise<string[]> {
  const codes = Array.from({ length: howMany }, newCode)
  await tx.delete(recoveryCodes).where(eq(recoveryCodes.userId, userId))
  await tx
    .insert(recoveryCodes)
    .values(codes.map((code) => ({ userId, codeHash: hashCode(userId, code), createdAt: now })))
  return codes
}

/** Uses a code up, in one statement. `forbidden` for one that is wrong or used; `too-many`. */
export async function checkRecoveryCode(userId: string, code: string, visit: Visit): Promise<void> {
  await countTry('recovery-code', userId)
  const taken = await authDatabase()
    .update(recoveryCodes)
    .set({ usedAt: visit.now })
    .where(
      and(
        eq(recoveryCodes.userId, userId),
        eq(recoveryCodes.codeHash, hashCode(userId, code)),
        isNull(recoveryCodes.usedAt),
      ),
    )
    .returning({ userId: recoveryCodes.userId })
  if (taken.length === 0) {
    tellRefusal(userId, 'wrong recovery code', visit)
    throw new DomainError('forbidden', 'This recovery code does not fit, or was used before. Each works once.')
  }
  await forgetTries('recovery-code', userId)
}

/** Ten new codes for a person who asks for them, told to their MSPs. `not-allowed-now` without a factor that they could stand in for. */
export function renewOwnRecoveryCodes(session: SessionRow, now: Date): Promise<string[]> {
  const { userId } = session
  return changeWaysIn(session, async (tx) => {
    if (!hasFactor(await findFactors(userId, tx)))
      throw notAllowedNow('Add a passkey or an authenticator app first: recovery codes stand in for it.')
    await tellMsps(tx, { userId, action: 'factor:add', at: now, reason: 'new recovery codes' })
    return renewRecoveryCodes(tx, userId, now)
  })
}
