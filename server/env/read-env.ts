import { z } from 'zod'
import { parseKeyRing } from '../secrets/key-ring.ts'

/** Parses the environment of one process; throws one sentence that names every wrong or missing variable. */
export function readEnv<T extends z.ZodRawShape>(process_: string, shape: T): z.infer<z.ZodObject<T>> {
  const parsed = z.object(shape).safeParse(process.env)
  if (parsed.success) return parsed.data
  const faults = parsed.error.issues.map((issue) => `${issue.path.join('.')} (${issue.message})`)
  throw new Error(`${process_} cannot start: wrong or missing environment variable ${faults.join(', ')}`)
}

export const postgresUrl = z.string().regex(/^postgres(ql)?:\/\//, 'must be a postgres:// address')
/** `<keyId>:<base64 of 32 bytes>,…`, the current key first. */
export const secretKeys = z.string('must be there').transform((text, context) => {
  try {
    return parseKeyRing(text)
  } catch (error) {
    context.issues.push({ code: 'custom', message: error instanceof Error ? error.message : String(error), input: '' })
    return z.NEVER
  }
})
/** Address ranges, separated by commas; empty = none. What is no range fails where they are taken into use. */
export const proxyRanges = z
  .string()
  .default('')
  .transform((text) =>
    text
      .split(',')
      .map((range) => range.trim())
      .filter(Boolean),
  )
export const port = z.coerce.number().int().min(0).max(65_535)

/** How mail leaves: of the processes that send some. */
export const mailShape = {
  MAIL_URL: z.url({ protocol: /^smtps?$/, error: 'must be an smtp:// or smtps:// address' }).optional(),
  MAIL_FROM: z
    .string()
    .min(3)
    .max(200)
    .regex(/^\P{Cc}+$/u, 'must be one line')
    .optional(),
}
/** The sender: as it was set, or one of the console's host. */
export const mailSender = (env: { MAIL_FROM?: string | undefined; PUBLIC_URL: string }): string =>
  env.MAIL_FROM ?? `Patchward <patchward@${new URL(env.PUBLIC_URL).hostname}>`
