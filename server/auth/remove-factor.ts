import { and, eq } from 'drizzle-orm'
import { passkeys, totpFactors } from '../../db/schema/auth.ts'
import { notFound } from '../errors.ts'
import { changeWaysIn } from './change-ways-in.ts'
import { endRecoveryLinks } from './factors.ts'
import type { SessionRow } from './sessions.ts'
import { authDatabase } from './store.ts'
import { tellMsps } from './tell-msps.ts'
import { requireWayLeft } from './ways-in.ts'

/** What is to go: the authenticator app, or one passkey. */
export type RemovedFactor = { kind: 'totp' } | { kind: 'passkey'; credentialId: string }

/**
 * Removes a factor of the person. `not-found` for what is not theirs; `not-allowed-now` for their last way in: of the last two at once
 * only one goes.
 */
export async function removeFactor(session: SessionRow, factor: RemovedFactor, now: Date): Promise<void> {
  const { userId } = session
  await changeWaysIn(session, async (tx) => {
    const [gone] =
      factor.kind === 'totp'
        ? await tx
            .delete(totpFactors)
            .where(eq(totpFactors.userId, userId))
            .returning({ sealed: totpFactors.sealedSeed })
        : await tx
            .delete(passkeys)
            .where(and(eq(passkeys.userId, userId), eq(passkeys.credentialId, factor.credentialId)))
            .returning({ name: passkeys.name })
    if (!gone) throw notFound(factor.kind === 'totp' ? 'An authenticator app' : 'This passkey')
    await requireWayLeft(tx, userId)
    await endRecoveryLinks(tx, userId)
    const reason = 'name' in gone ? `passkey ${gone.name}` : 'authenticator app'
    await tellMsps(tx, { userId, action: 'factor:remove', at: now, reason })
  })
}

/** Gives a passkey another name. `not-found` for what is not theirs. */
export async function renamePasskey(userId: string, input: { credentialId: string; name: string }): Promise<void> {
  const renamed = await authDatabase()
    .update(passkeys)
    .set({ name: input.name })
    .where(and(eq(passkeys.userId, userId), eq(passkeys.credentialId, input.credentialId)))
    .returning({ credentialId: passkeys.credentialId })
  if (renamed.length === 0) throw notFound('This passkey')
}
