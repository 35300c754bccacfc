import { z } from 'zod'
import type { DirectoryProvider } from '../msps/rules.ts'
import type { DirectorySettings } from './directory-settings.ts'

/** Somebody's account at a directory, known by what never changes there. */
export interface DirectoryIdentity {
  provider: DirectoryProvider
  subject: string
  /** The Entra tenant or the Google domain: whom an MSP trusts. */
  tenant: string
  /** The address that the directory shows now: for the person's eyes, never to find anybody by. */
  label: string
  /** When they last proved themselves there; null when the directory does not say. */
  authenticatedAt: Date | null
}

/** Microsoft's tenant of all private accounts: nobody administers it. */
const privateAccounts = '9188040d-6c67-4c5b-b112-36a304b66dad'

const shown = z.string().max(320).optional().catch(undefined)
const authTime = z.int().positive().optional().catch(undefined)
const guid = z.guid().toLowerCase()

const entraClaims = z.object({
  iss: z.string(),
  tid: guid.refine((tid) => tid !== privateAccounts),
  oid: guid,
  preferred_username: shown,
  email: shown,
  auth_time: authTime,
})
const googleClaims = z.object({
  iss: z.string(),
  sub: z.string().min(1).max(255),
  hd: z
    .string()
    .toLowerCase()
    .regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/)
    .max(253),
  email_verified: z.literal(true),
  email: shown,
  auth_time: authTime,
})

/**
 * Who the claims of an ID token speak of, or null where they do not say it beyond doubt. Entra: `tid` and `oid`, and the issuer must be that of
 * this very tenant. Google: `sub`, of an account of a company (`hd`) with a verified address. The e-mail address finds nobody: in
 * many tenants people may choose it themselves.
 */
export function readIdentity({ provider, issuer }: DirectorySettings, claims: unknown): DirectoryIdentity | null {
  if (provider === 'microsoft-entra-id') {
    const { data } = entraClaims.safeParse(claims)
    if (!data || data.iss !== issuerOf(issuer, data.tid)) return null
    const label = data.preferred_username ?? data.email
    const subject = `${data.tid}.${data.oid}`
    return { provider, subject, tenant: data.tid, label: plain(label), authenticatedAt: dateOf(data.auth_time) }
  }
  const { data } = googleClaims.safeParse(claims)
  if (!data || data.iss !== issuer) return null
  const { sub: subject, hd: tenant, email, auth_time } = data
  return { provider, subject, tenant, label: plain(email), authenticatedAt: dateOf(auth_time) }
}

/** The issuer of one tenant: that of all of them with the tenant in its place. */
export const issuerOf = (issuer: string, tenant: string): string =>
  issuer.replace(/\/(organizations|common)(?=\/)/, `/${tenant}`).replace(/\/$/, '')

const dateOf = (seconds: number | undefined) => (seconds === undefined ? null : new Date(seconds * 1000))

/** One short line without anything invisible: it comes from a directory that others administer. */
const plain = (text = '') => text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '').slice(0, 120)
