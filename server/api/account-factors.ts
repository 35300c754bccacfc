import { addFactor, type FactorKind, needsPassword } from '../auth/add-factor.ts'
import { beginOwnSession } from '../auth/begin-own-session.ts'
import { ceremonyToken, keepCeremony } from '../auth/ceremony-cookie.ts'
import { endSessionsOf } from '../auth/end-sessions.ts'
import { beginCeremony, takeChallenge } from '../auth/passkey-challenges.ts'
import { offerPasskey, provePasskeyOffer } from '../auth/passkeys.ts'
import { renewOwnRecoveryCodes } from '../auth/recovery-codes.ts'
import { type RemovedFactor, removeFactor, renamePasskey } from '../auth/remove-factor.ts'
import { addPasskeySchema, confirmTotpSchema, passkeyIdSchema, renamePasskeySchema } from '../auth/schema.ts'
import { type SessionRow, sessionStands } from '../auth/sessions.ts'
import type { AuthTx } from '../auth/store.ts'
import { offerTotp, proveTotpOffer } from '../auth/totp.ts'
import { DomainError } from '../errors.ts'
import { accountRouterOf, addingProcedure, ownProcedure, provenProcedure } from './account-trpc.ts'

/**
 * Adds a proved factor. At stage `enrol`, and where a password alone was enough until now, it begins a full session; every other session of
 * the person ends. Codes in clear: once, here.
 */
async function add(
  session: SessionRow,
  factor: { kind: FactorKind; keep: (tx: AuthTx) => Promise<void>; password?: string },
  now: Date,
): Promise<{ recoveryCodes: string[] | null }> {
  const answer = await addFactor(session, factor, now)
  const { userId, directory, mayResetPassword } = session
  const stands = sessionStands(session.tokenHash)
  const { tokenHash } =
    session.stage === 'full' && !session.hasOneFactor
      ? session
      : await beginOwnSession({ userId, stage: 'full', method: factor.kind, directory, mayResetPassword, stands }, now)
  await endSessionsOf(userId, { except: tokenHash })
  return answer
}

async function remove(session: SessionRow, factor: RemovedFactor, now: Date): Promise<void> {
  await removeFactor(session, factor, now)
  await endSessionsOf(session.userId, { except: session.tokenHash })
}

/** What people prove themselves with: only their own, and only with a fresh proof (or as the first one, at stage `enrol`). */
export const factorsRouter = accountRouterOf({
  offerTotp: addingProcedure.mutation(async ({ ctx: { session, visit } }) => ({
    ...offerTotp(session, visit.now),
    needsPassword: await needsPassword(session),
  })),
  confirmTotp: addingProcedure.input(confirmTotpSchema).mutation(async ({ ctx: { session, visit }, input }) => {
    const { password, ...offer } = input
    const keep = await proveTotpOffer(session.userId, offer, visit.now)
    return add(session, { kind: 'totp', keep, password }, visit.now)
  }),
  removeTotp: provenProcedure.mutation(({ ctx }) => remove(ctx.session, { kind: 'totp' }, ctx.visit.now)),

  offerPasskey: addingProcedure.mutation(async ({ ctx: { session, visit } }) => {
    const { token, challenge } = await beginCeremony('register', session.userId, visit.now)
    await keepCeremony(token)
    return offerPasskey(session, challenge)
  }),
  addPasskey: addingProcedure.input(addPasskeySchema).mutation(async ({ ctx: { session, visit }, input }) => {
    const challenge = await takeChallenge(await ceremonyToken(), 'register', session.userId, visit.now)
    if (!challenge) throw new DomainError('invalid', 'That took too long. Try again.')
    const keep = await provePasskeyOffer(session.userId, input, challenge, visit.now)
    return add(session, { kind: 'passkey', keep }, visit.now)
  }),
  renamePasskey: ownProcedure
    .input(renamePasskeySchema)
    .mutation(({ ctx, input }) => renamePasskey(ctx.session.userId, input)),
  removePasskey: provenProcedure
    .input(passkeyIdSchema)
    .mutation(({ ctx, input }) => remove(ctx.session, { kind: 'passkey', ...input }, ctx.visit.now)),

  renewRecoveryCodes: provenProcedure.mutation(async ({ ctx: { session, visit } }) => {
    const recoveryCodes = await renewOwnRecoveryCodes(session, visit.now)
    await endSessionsOf(session.userId, { except: session.tokenHash })
    return { recoveryCodes }
  }),
})
