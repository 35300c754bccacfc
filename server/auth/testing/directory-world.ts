import { randomUUID } from 'node:crypto'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { expect } from 'vitest'
import { GET as callbackRoute } from '../../../app/api/auth/[...nextauth]/route.ts'
import { POST as beginRoute } from '../../../app/api/auth/directory/route.ts'
import { identityTenants } from '../../../db/schema/tenancy.ts'
import { inTenant } from '../../../db/tenant.ts'
import {
  type Account,
  clientId,
  clientSecret,
  type Directories,
  startDirectories,
} from '../../../e2e/_support/oidc-provider.ts'
import type { DirectoryProvider } from '../../msps/rules.ts'
import { hashToken } from '../../secrets/secret-token.ts'
import { setDirectories } from '../directory-settings.ts'
import { findSession, startSession } from '../sessions.ts'
import { authDatabase, sessionCookieName } from '../store.ts'
import { openTenancy, type TestCompany } from '../testing.ts'
import { jar } from './directory-next.ts'

export const origin = 'http://127.0.0.1:3000'
export const tenant = randomUUID()
export const domain = 'northfold.example'

let directories: Directories
let company: TestCompany

/** A company that trusts one tenant of Microsoft and one domain of Google, beside both directories. One a test file. */
export async function openDirectoryWorld() {
  const tenancy = await openTenancy()
  directories = await startDirectories([origin])
  setDefaultCACertificates([...getCACertificates('default'), directories.certificate])
  company = await tenancy.makeCompany()
  await trust(company, 'microsoft-entra-id', tenant)
  await trust(company, 'google', domain)
  return {
    tenancy,
    directories,
    company,
    async close() {
      setDirectories([])
      await directories.close()
      await tenancy.close()
    },
  }
}

export const entraSettings = () => ({
  provider: 'microsoft-entra-id' as const,
  clientId,
  clientSecret,
  issuer: directories.entraIssuer,
})

/** A browser without cookies, directories that do as they should, and nothing counted. */
export async function beginAnew(): Promise<void> {
  jar.clear()
  Object.assign(directories, { provedAt: null, tamper: null, turnsBack: false })
  await authDatabase().execute('delete from auth.rate_limits')
  setDirectories([entraSettings(), { ...entraSettings(), provider: 'google', issuer: directories.googleIssuer }])
}

export async function trust({ mspId, job }: TestCompany, provider: DirectoryProvider, name: string): Promise<void> {
  const row = { mspId, provider, tenant: name, addedAt: job.now, addedBy: randomUUID() }
  await inTenant(job, (tx) => tx.insert(identityTenants).values(row))
}

export const entraAccount = (more: Partial<Account> = {}): Account => {
  const id = randomUUID()
  return { sub: `pairwise-${id}`, oid: id, tid: tenant, preferred_username: `${id}@example.org`, ...more }
}
export const googleAccount = (more: Partial<Account> = {}): Account => {
  const sub = String(Math.floor(Math.random() * 1e15))
  return { sub, hd: domain, email: `${sub}@${domain}`, email_verified: true, ...more }
}

/** Presses a button of the console: answers where the browser is sent, or what was refused. */
export async function press(purpose: string, provider: DirectoryProvider = 'microsoft-entra-id') {
  const request = new Request(`${origin}/api/auth/directory`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin', host: '127.0.0.1:3000' },
    body: JSON.stringify({ provider, purpose }),
  })
  const response = await beginRoute(request)
  return { status: response.status, body: await response.json() }
}

/** Walks through the directory's pages as a browser would, and stops where it is sent back to the console. */
export async function walk(start: string): Promise<string> {
  const cookies = new Map<string, string>()
  let url = start
  for (let hop = 0; hop < 10; hop++) {
    if (url.startsWith(origin)) return url
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(url, { redirect: 'manual', headers: { cookie } })
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      cookies.set(name, value)
    }
    const next = response.headers.get('location')
    if (!next)
      throw new Error(
        `the directory answered ${response.status} at ${new URL(url).pathname}: ${(await response.text()).slice(0, 300)}`,
      )
    url = new URL(next, url).toString()
  }
  throw new Error('the directory sends round and round')
}

/** Brings the answer of the directory back to the console: answers where the browser goes then. */
export async function comeBack(url: string): Promise<string> {
  const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
  const request = new Request(url, { headers: { cookie, host: '127.0.0.1:3000' } })
  const nextauth = new URL(url).pathname.split('/').slice(3)
  const response = await callbackRoute(request, { params: Promise.resolve({ nextauth }) })
  return response.headers.get('location') ?? String(response.status)
}

export async function go(
  purpose: string,
  account: Account,
  provider: DirectoryProvider = 'microsoft-entra-id',
): Promise<string> {
  directories.account = account
  const { status, body } = await press(purpose, provider)
  if (status !== 200) return `${status} ${body.error.message}`
  return comeBack(await walk(body.url))
}

export const here = () => findSession(hashToken(jar.get(sessionCookieName()) ?? ''), new Date())
export async function beSignedIn(userId: string, stage: 'full' | 'enrol' = 'full', now = new Date()): Promise<void> {
  const method = stage === 'enrol' ? 'invitation' : 'passkey'
  jar.set(sessionCookieName(), (await startSession({ userId, stage, method }, now)).token)
}
/** Somebody of a company with this account linked, and nobody signed in here. */
export async function makeLinked(
  account: Account,
  provider: DirectoryProvider = 'microsoft-entra-id',
  at: TestCompany = company,
) {
  const member = await at.makeMember('technician')
  await beSignedIn(member.userId)
  expect(await go('link', account, provider)).toBe('/account/security?directory=linked')
  jar.clear()
  return member
}
