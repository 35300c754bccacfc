import { formatSpelled } from '../../components/format.ts'
import { askRecovery } from '../auth/ask-recovery.ts'
import { beginOwnSession } from '../auth/begin-own-session.ts'
import { ceremonyToken, keepCeremony } from '../auth/ceremony-cookie.ts'
import { checkPassword } from '../auth/check-password.ts'
import { endSessionsOf } from '../auth/end-sessions.ts'
import { stageAfterFirstProof } from '../auth/factors.ts'
import { goOnWithoutFactor } from '../auth/go-on-without-factor.ts'
import { beginCeremony, takeChallenge } from '../auth/passkey-challenges.ts'
import { askForPasskey, checkPasskey } from '../auth/passkeys.ts'
import { countTry } from '../auth/rate-limits.ts'
import { checkRecoveryCode } from '../auth/recovery-codes.ts'
import { redeemSignInLink } from '../auth/redeem-sign-in-link.ts'
import { linkMs } from '../auth/rules.ts'
import {
  askRecoverySchema,
  goOnWithoutFactorSchema,
  passkeyAnswerSchema,
  recoveryCodeSchema,
  redeemRecoverySchema,
  signInWithPasswordSchema,
  totpCodeSchema,
} from '../auth/schema.ts'
import { type SessionRow, type SignInMethod, sessionStands } from '../auth/sessions.ts'
import { checkTotp } from '../auth/totp.ts'
import { DomainError } from '../errors.ts'
import { accountRouterOf, stageProcedure, visitorProcedure } from './account-trpc.ts'

const pendingProcedure = stageProcedure('second-factor')
const enrolProcedure = stageProcedure('enrol')

/** Where the browser goes next; `security` after a recovery, where a new password is chosen. */
type Next = { next: 'second-factor' | 'enrol' | 'home' | 'security' }

/** Both proofs are there: the session of the first one is replaced by a full one. */
async function complete(session: SessionRow, method: SignInMethod, now: Date): Promise<Next> {
  const { userId, directory, mayResetPassword } = session
  const stands = sessionStands(session.tokenHash)
  await beginOwnSession({ userId, stage: 'full', method, directory, mayResetPassword, stands }, now)
  return { next: mayResetPassword ? 'security' : 'home' }
}

/** The ways in. Each ends in a session of its stage; a full one needs a passkey or two proofs, or the password of a client manager of whom no more is asked. */
export const signInRouter = accountRouterOf({
  password: visitorProcedure.input(signInWithPasswordSchema).mutation(async ({ ctx, input }): Promise<Next> => {
    const start = await checkPassword(input, ctx.visit)
    await beginOwnSession(start, ctx.visit.now)
    return { next: start.stage === 'full' ? 'home' : start.stage }
  }),

  passkeyOptions: visitorProcedure.mutation(async ({ ctx: { visit } }) => {
    await countTry('passkey-address', visit.address)
    const { token, challenge } = await beginCeremony('sign-in', null, visit.now)
    await keepCeremony(token)
    return askForPasskey(null, challenge)
  }),
  passkey: visitorProcedure.input(passkeyAnswerSchema).mutation(async ({ ctx, input }): Promise<Next> => {
    const { visit } = ctx
    await countTry('passkey-address', visit.address)
    const challenge = await takeChallenge(await ceremonyToken(), 'sign-in', null, visit.now)
    if (!challenge) throw new DomainError('forbidden', 'That took too long. Try again.')
    const { userId, stands } = await checkPasskey(input.response, challenge, visit)
    const pending = await ctx.findSession()
    // After a recovery mail the passkey is the second proof, and what the mail allowed still counts.
    if (pending?.stage === 'second-factor' && pending.userId === userId) return complete(pending, 'passkey', visit.now)
    await beginOwnSession({ userId, stage: 'full', method: 'passkey', stands }, visit.now)
    return { next: 'home' }
  }),

  code: pendingProcedure.input(totpCodeSchema).mutation(async ({ ctx, input }) => {
    await checkTotp(ctx.session.userId, input.code, ctx.visit)
    return complete(ctx.session, 'totp', ctx.visit.now)
  }),
  recoveryCode: pendingProcedure.input(recoveryCodeSchema).mutation(async ({ ctx, input }) => {
    await checkRecoveryCode(ctx.session.userId, input.code, ctx.visit)
    return complete(ctx.session, 'recovery-code', ctx.visit.now)
  }),

  askRecovery: visitorProcedure.input(askRecoverySchema).mutation(async ({ ctx, input }) => {
    await askRecovery(input.email, ctx.visit)
  }),
  /** The confirm click of a recovery mail: mail scanners open links, they press nothing. Never a full session. */
  redeemRecovery: visitorProcedure
    .input(redeemRecoverySchema)
    .mutation(async ({ ctx: { visit }, input }): Promise<Next> => {
      await countTry('link-address', visit.address)
      const person = await redeemSignInLink(input.token, 'recovery', visit.now)
      if (!person)
        throw new DomainError(
          'forbidden',
          `This link was used already or is older than ${formatSpelled(linkMs)}. Ask for another one.`,
        )
      const stage = await stageAfterFirstProof(person.userId)
      await beginOwnSession({ ...person, stage, method: 'recovery', mayResetPassword: true }, visit.now)
      return { next: stage }
    }),

  /** "Later", or a password chosen in place of a factor: for client managers of whom no company of theirs asks for more. */
  withoutFactor: enrolProcedure
    .input(goOnWithoutFactorSchema)
    .mutation(async ({ ctx: { session, visit }, input }): Promise<Next> => {
      const { start, hasChosen } = await goOnWithoutFactor(session, input, visit.now)
      const { tokenHash } = await beginOwnSession(start, visit.now)
      if (hasChosen) await endSessionsOf(session.userId, { except: tokenHash })
      return { next: 'home' }
    }),
})
