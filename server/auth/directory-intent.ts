import { createHmac, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import { directoryProviders } from '../msps/rules.ts'
import { authSettings } from './store.ts'

/** The way to a directory and back takes no longer. */
export const intentMs = 10 * 60_000

export const directoryPurposes = ['sign-in', 'link', 'enrol', 'step-up'] as const

const intentSchema = z.object({
  purpose: z.enum(directoryPurposes),
  provider: z.enum(directoryProviders),
  /** The session that asked, for what only a session may ask: when it is another one on the way back, nothing happens. */
  tokenHash: z.string().nullable(),
  startedAt: z.number(),
})
/** What a browser was sent to a directory for. */
export type DirectoryIntent = z.infer<typeof intentSchema>

const sign = (text: string) =>
  createHmac('sha256', authSettings().secret).update(`directory intent ${text}`).digest('base64url')

/** For a cookie: signed, so that no page of a neighbouring host can put one there. */
export function sealIntent(intent: DirectoryIntent): string {
  const text = Buffer.from(JSON.stringify(intent)).toString('base64url')
  return `${text}.${sign(text)}`
}

/** The intent of a cookie; null when it is not ours, too old or from the future. */
export function openIntent(sealed: string | undefined, now: Date): DirectoryIntent | null {
  const [text = '', signature = '', ...more] = sealed?.split('.') ?? []
  const [given, own] = [Buffer.from(signature), Buffer.from(sign(text))]
  if (more.length > 0 || given.length !== own.length || !timingSafeEqual(given, own)) return null
  const { data } = intentSchema.safeParse(JSON.parse(Buffer.from(text, 'base64url').toString()))
  const ageMs = now.getTime() - (data?.startedAt ?? 0)
  return data && ageMs >= 0 && ageMs <= intentMs ? data : null
}
