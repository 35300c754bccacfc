import { renewOwnSession } from '../auth/begin-own-session.ts'
import { ceremonyToken, keepCeremony } from '../auth/ceremony-cookie.ts'
import { endSessionsOf } from '../auth/end-sessions.ts'
import { findFactors } from '../auth/factors.ts'
import { revokeSession } from '../auth/own-sessions.ts'
import { beginCeremony, takeChallenge } from '../auth/passkey-challenges.ts'
import { askForPasskey, checkPasskey } from '../auth/passkeys.ts'
import { findPassword } from '../auth/passwords.ts'
import { countTry } from '../auth/rate-limits.ts'
import {
  passkeyAnswerSchema,
  revokeSessionSchema,
  setPasswordSchema,
  stepUpByCodeSchema,
  stepUpByPasswordSchema,
} from '../auth/schema.ts'
import { getSecurity } from '../auth/security.ts'
import { checkOwnPassword, setPassword } from '../auth/set-password.ts'
import { authDatabase } from '../auth/store.ts'
import { tellMsps } from '../auth/tell-msps.ts'
import { checkTotp } from '../auth/totp.ts'
import { DomainError } from '../errors.ts'
import { accountRouterOf, ownProcedure, personProcedure, provableProcedure, provenProcedure } from './account-trpc.ts'

/** How this person can prove once more that it is them. */
export interface StepUpWays {
  passkey: boolean
  code: boolean
  password: boolean
  /** The password is proof enough: it was so for this session, which has no factor. */
  passwordAlone: boolean
  /** The directory that this session came through: it may be asked again. */
  directory: string | null
}

/** "It is me": sets the proof to now, under a new token. */
export const stepUpRouter = accountRouterOf({
  ways: provableProcedure.query(async ({ ctx: { session } }): Promise<StepUpWays> => {
    const { hasTotp, passkeys } = await findFactors(session.userId)
    const hasPassword = (await findPassword(session.userId)) !== null
    return {
      passkey: passkeys > 0,
      code: hasTotp,
      password: hasPassword,
      passwordAlone: session.hasOneFactor,
      directory: session.directory?.provider ?? null,
    }
  }),
  passkeyOptions: personProcedure.mutation(async ({ ctx: { session, visit } }) => {
    await countTry('passkey-address', visit.address)
    const { token, challenge } = await beginCeremony('step-up', session.userId, visit.now)
    await keepCeremony(token)
    return askForPasskey(session.userId, challenge)
  }),
  passkey: personProcedure.input(passkeyAnswerSchema).mutation(async ({ ctx: { session, visit }, input }) => {
    await countTry('passkey-address', visit.address)
    const challenge = await takeChallenge(await ceremonyToken(), 'step-up', session.userId, visit.now)
    if (!challenge) throw new DomainError('forbidden', 'That took too long. Try again.')
    const { userId } = await checkPasskey(input.response, challenge, visit)
    if (userId !== session.userId) throw new DomainError('forbidden', 'This is somebody else’s passkey.')
    await renewOwnSession(session, 'passkey', visit.now)
  }),
  code: personProcedure.input(stepUpByCodeSchema).mutation(async ({ ctx: { session, visit }, input }) => {
    const hasPassword = (await findPassword(session.userId)) !== null
    if (hasPassword) await checkOwnPassword(session.userId, input.password, visit)
    await checkTotp(session.userId, input.code, visit)
    await renewOwnSession(session, hasPassword ? 'password and code' : 'code', visit.now)
  }),
  /** Renews only what began by a password alone: such a session falls with the first company that asks for more, whenever it was proved. */
  password: provableProcedure.input(stepUpByPasswordSchema).mutation(async ({ ctx: { session, visit }, input }) => {
    if (!session.hasOneFactor) throw new DomainError('forbidden', 'Your password alone is no proof for this step.')
    await checkOwnPassword(session.userId, input.password, visit)
    await renewOwnSession(session, 'password', visit.now)
  }),
})

/** One's own page: what is set up, and where one is signed in. */
export const securityRouter = accountRouterOf({
  get: personProcedure.query(({ ctx: { session, visit } }) => getSecurity(session, visit.now)),
  setPassword: provenProcedure.input(setPasswordSchema).mutation(async ({ ctx: { session, visit }, input }) => {
    await setPassword(session, input, visit)
    await endSessionsOf(session.userId, { except: session.tokenHash })
  }),
  revokeSession: ownProcedure
    .input(revokeSessionSchema)
    .mutation(({ ctx: { session, visit }, input }) => revokeSession(session, input.sessionId, visit)),
  revokeOtherSessions: ownProcedure.mutation(async ({ ctx: { session, visit } }) => {
    const { userId, tokenHash } = session
    const ended = await endSessionsOf(userId, { except: tokenHash })
    const reason = 'all other sessions ended'
    await tellMsps(authDatabase(), { userId, action: 'session:end', at: visit.now, reason, details: { ended } })
    return { ended }
  }),
})
