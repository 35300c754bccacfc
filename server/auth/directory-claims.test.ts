import { describe, expect, test } from 'vitest'
import { issuerOf, readIdentity } from './directory-claims.ts'

const [tid, oid] = ['0193c1de-0000-7000-8000-00000000000a', '0193c1de-0000-7000-8000-00000000000b']
const entra = {
  provider: 'microsoft-entra-id' as const,
  clientId: 'x',
  clientSecret: 'x',
  issuer: 'https://login.microsoftonline.com/organizations/v2.0',
}
const google = { ...entra, provider: 'google' as const, issuer: 'https://accounts.google.com' }
const ofEntra = { iss: `https://login.microsoftonline.com/${tid}/v2.0`, tid, oid, sub: 'pairwise' }
const ofGoogle = { iss: google.issuer, sub: '123', hd: 'Northfold.example', email: 'a@b.example', email_verified: true }

describe('Microsoft', () => {
  test('somebody is known by tenant and object id', () => {
    const claims = {
      ...ofEntra,
      tid: tid.toUpperCase(),
      preferred_username: 'nora@x.example',
      auth_time: 1_700_000_000,
    }
    expect(readIdentity(entra, { ...claims, iss: ofEntra.iss })).toEqual({
      provider: 'microsoft-entra-id',
      subject: `${tid}.${oid}`,
      tenant: tid,
      label: 'nora@x.example',
      authenticatedAt: new Date(1_700_000_000_000),
    })
  })

  test.each([
    ['no tenant', { tid: undefined }],
    ['no object id', { oid: undefined }],
    ['a tenant that is no id', { tid: 'organizations' }],
    ['private accounts, which nobody administers', { tid: '9188040d-6c67-4c5b-b112-36a304b66dad' }],
    ['the issuer of another tenant', { iss: `https://login.microsoftonline.com/${oid}/v2.0` }],
    ['the issuer of all tenants', { iss: entra.issuer }],
    ['another host', { iss: `https://login.evil.example/${tid}/v2.0` }],
  ])('%s: nobody', (_, wrong) => {
    const claims: Record<string, unknown> = { ...ofEntra, ...wrong }
    expect(readIdentity(entra, claims)).toBeNull()
  })

  test('an installation of one company takes its tenant only', () => {
    const own = { ...entra, issuer: `https://login.microsoftonline.com/${tid}/v2.0` }
    expect(readIdentity(own, ofEntra)?.tenant).toBe(tid)
    const other = { ...ofEntra, tid: oid, iss: `https://login.microsoftonline.com/${oid}/v2.0` }
    expect(readIdentity(own, other)).toBeNull()
  })
})

describe('Google', () => {
  test('somebody is known by `sub`, and vouched for by their domain', () => {
    expect(readIdentity(google, ofGoogle)).toEqual({
      provider: 'google',
      subject: '123',
      tenant: 'northfold.example',
      label: 'a@b.example',
      authenticatedAt: null,
    })
  })

  test.each([
    ['no domain', { hd: undefined }],
    ['a domain that is none', { hd: 'x' }],
    ['an address that is not verified', { email_verified: false }],
    ['a word instead of yes', { email_verified: 'true' }],
    ['no subject', { sub: '' }],
    ['another issuer', { iss: 'https://accounts.evil.example' }],
  ])('%s: nobody', (_, wrong) => {
    expect(readIdentity(google, { ...ofGoogle, ...wrong })).toBeNull()
  })
})

test('what a directory calls somebody is one short visible line', () => {
  const label = readIdentity(google, { ...ofGoogle, email: `a\u202e\u0000\n${'x'.repeat(200)}` })?.label
  expect(label).toMatch(/^ax{119}$/)
})

test('the issuer of a tenant is that of all with the tenant in its place', () => {
  expect(issuerOf('https://a.example/common/v2.0/', 't')).toBe('https://a.example/t/v2.0')
  expect(issuerOf('https://common.example/organizations/v2.0', 't')).toBe('https://common.example/t/v2.0')
})
