import { z } from 'zod'
import { passwordLength } from './rules.ts'

/** What people type to sign in. Longer than any password may be is refused before anything is hashed. */
const email = z.string().trim().min(3, 'Type your e-mail address.').max(254, 'This is no e-mail address.')
const typedPassword = z.string().min(1, 'Type your password.').max(1_000)
/** People write it in groups. */
const totpCode = z
  .string()
  .max(20)
  .transform((text) => text.replace(/\s/g, ''))
  .pipe(z.string().regex(/^\d{6}$/, 'A code has six digits.'))
const newPassword = z.string().max(passwordLength.most * 4, `Use at most ${passwordLength.most} characters.`)
export const passkeyName = z.string().trim().min(1, 'Give it a name.').max(60, 'Use at most 60 characters.')

export const signInWithPasswordSchema = z.object({ email, password: typedPassword })
export const totpCodeSchema = z.object({ code: totpCode })
export const recoveryCodeSchema = z.object({ code: z.string().trim().min(8, 'A recovery code has 16 signs.').max(40) })
export const askRecoverySchema = z.object({ email })
export const redeemRecoverySchema = z.object({ token: z.string().min(1).max(100) })
/** `password`: a new one, where the person has none or came to reset it. */
export const confirmTotpSchema = z.object({
  sealedSeed: z.string().min(1).max(500),
  code: totpCode,
  password: newPassword.optional(),
})
/** `password`: a new one, where they came by a mail or a link. */
export const goOnWithoutFactorSchema = z.object({ password: newPassword.optional() })
export const setPasswordSchema = z.object({ current: typedPassword.optional(), password: newPassword })
export const stepUpByCodeSchema = z.object({ code: totpCode, password: typedPassword.optional() })
export const stepUpByPasswordSchema = z.object({ password: typedPassword })
export const revokeSessionSchema = z.object({ sessionId: z.string().regex(/^[0-9a-f]{24}$/) })

const base64url = (most: number) =>
  z
    .string()
    .min(1)
    .max(most)
    .regex(/^[\w-]+=*$/)
export const passkeyIdSchema = z.object({ credentialId: base64url(1_400) })
export const renamePasskeySchema = z.object({ credentialId: base64url(1_400), name: passkeyName })

/** What a browser's passkey answers; only its form is checked here, its meaning by `@simplewebauthn/server`. */
const credential = {
  id: base64url(1_400),
  rawId: base64url(1_400),
  type: z.literal('public-key'),
  authenticatorAttachment: z.enum(['platform', 'cross-platform']).optional(),
  // We ask for no extension: what a browser answers to none is not read.
  clientExtensionResults: z.unknown().transform(() => ({})),
}
export const addPasskeySchema = z.object({
  name: passkeyName,
  response: z.object({
    ...credential,
    response: z.object({
      clientDataJSON: base64url(4_000),
      attestationObject: base64url(20_000),
      transports: z
        .array(z.string().regex(/^[a-z-]{2,20}$/))
        .max(10)
        .optional(),
    }),
  }),
})
export const passkeyAnswerSchema = z.object({
  response: z.object({
    ...credential,
    response: z.object({
      clientDataJSON: base64url(4_000),
      authenticatorData: base64url(4_000),
      signature: base64url(8_000),
      userHandle: base64url(200).optional(),
    }),
  }),
})
export type PasskeyAttestation = z.output<typeof addPasskeySchema>['response']
export type PasskeyAnswer = z.output<typeof passkeyAnswerSchema>['response']
