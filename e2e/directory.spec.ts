import { randomUUID } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, type Page, test } from '@playwright/test'
import { expectNoFaults } from './_support/axe.ts'
import { clientId, clientSecret, type Directories, startDirectories } from './_support/oidc-provider.ts'
import { makeOwnMsp, makeOwnPerson, openStores } from './_support/own-person.ts'
import { findFreePort, startOwnWeb } from './_support/own-web.ts'
import { mintLink, openLink, type Person } from './_support/sign-in.ts'

/** Microsoft and Google as a real OpenID provider on loopback plays them, and a console that knows them. */
test.use({ ignoreHTTPSErrors: true })

let directories: Directories
let console_: string
let stopWeb: () => Promise<void>
let folder: string
const tenant = randomUUID()
// Of a company of their own: a new way in ends the other sessions of a person.
let nora: Person
let tom: Person
let account: { sub: string; oid: string; tid: string; preferred_username: string; email: string }
let closeStores: () => Promise<void>

test.beforeAll(async () => {
  closeStores = openStores()
  const msp = await makeOwnMsp('Weir Computing')
  nora = await makeOwnPerson('Nora Weir', 'owner', msp)
  tom = await makeOwnPerson('Tom Weir', 'technician', msp)
  account = { sub: 'pairwise-tom', oid: randomUUID(), tid: tenant, preferred_username: tom.email, email: tom.email }
  const port = await findFreePort()
  console_ = `http://127.0.0.1:${port}`
  directories = await startDirectories([console_])
  folder = await mkdtemp(join(tmpdir(), 'patchward-directory-'))
  const trusted = join(folder, 'certificate.pem')
  await writeFile(trusted, directories.certificate)
  stopWeb = await startOwnWeb(port, {
    NODE_EXTRA_CA_CERTS: trusted,
    ENTRA_CLIENT_ID: clientId,
    ENTRA_CLIENT_SECRET: clientSecret,
    ENTRA_ISSUER: directories.entraIssuer,
    GOOGLE_CLIENT_ID: clientId,
    GOOGLE_CLIENT_SECRET: clientSecret,
    GOOGLE_ISSUER: directories.googleIssuer,
  })
})
test.afterAll(async () => {
  await stopWeb?.()
  await closeStores?.()
  await directories?.close()
  if (folder) await rm(folder, { recursive: true, force: true })
})

async function comeIn(page: Page, person: Person): Promise<void> {
  const link = new URL(await mintLink(person))
  await openLink(page, `${console_}${link.pathname}${link.search}`)
  await expect(page).toHaveURL(new RegExp(`/m/${person.msp}/`))
}

test('an owner trusts a directory; a member links their account there, and signs in with it', async ({ browser }) => {
  const contexts = [await browser.newContext(), await browser.newContext({ ignoreHTTPSErrors: true })] as const
  const [owner, member] = [await contexts[0].newPage(), await contexts[1].newPage()]
  await comeIn(owner, nora)
  await owner.goto(`${console_}/m/${nora.msp}/settings/company`)
  await owner.getByLabel('Tenant id').fill(tenant)
  await owner.getByRole('button', { name: 'Trust this directory' }).click()
  await expect(owner.getByRole('table', { name: 'Trusted directories' })).toContainText(tenant)

  await comeIn(member, tom)
  await member.goto(`${console_}/account/security`)
  directories.account = account
  await member.getByRole('button', { name: 'Link Microsoft' }).click()
  await expect(member.getByRole('status').filter({ hasText: 'The account is linked' })).toBeVisible()
  await expect(member.getByText(tom.email, { exact: true })).toBeVisible()
  await expectNoFaults(member)
  await member.getByRole('button', { name: 'Sign out' }).click()

  await expect(member.getByRole('button', { name: 'Sign in with Google' })).toBeVisible()
  await expectNoFaults(member)
  await member.getByRole('button', { name: 'Sign in with Microsoft' }).click()
  await expect(member).toHaveURL(new RegExp(`/m/${tom.msp}/`))
  await expect(member.getByRole('navigation', { name: 'Main' })).toBeVisible()
  for (const context of contexts) await context.close()
})

test('somebody with the same address in another directory does not get in', async ({ page }) => {
  directories.account = { ...account, tid: randomUUID() }
  await page.goto(`${console_}/sign-in`)
  await page.getByRole('button', { name: 'Sign in with Microsoft' }).click()
  await expect(page.getByText('Nobody here has linked this account.')).toBeVisible()
  directories.account = { sub: '1', hd: 'northfold.example', email: tom.email, email_verified: true }
  // The sentence of the first try is gone: the one that is waited for is of the second.
  await page.goto(`${console_}/sign-in`)
  await page.getByRole('button', { name: 'Sign in with Google' }).click()
  await expect(page.getByText('Nobody here has linked this account.')).toBeVisible()
  await page.goto(`${console_}/m/${tom.msp}/devices`)
  await expect(page).toHaveURL(/\/sign-in/)
})

test('somebody who turns back there is told so, and may try again', async ({ page }) => {
  directories.account = account
  directories.turnsBack = true
  await page.goto(`${console_}/sign-in`)
  await page.getByRole('button', { name: 'Sign in with Microsoft' }).click()
  await expect(page.getByText('Nothing came back that could be believed.')).toBeVisible()
  directories.turnsBack = false
  await page.getByRole('button', { name: 'Sign in with Microsoft' }).click()
  await expect(page).toHaveURL(new RegExp(`/m/${tom.msp}/`))
})

test('next-auth’s own pages are not there', async ({ request }) => {
  for (const path of ['signin', 'signin/google', 'session', 'providers', 'csrf', 'error', 'signout'])
    expect((await request.get(`${console_}/api/auth/${path}`)).status(), path).toBe(404)
})

test('an API key is made, shown once, works for a program, and ends when it is revoked', async ({ page, request }) => {
  await comeIn(page, tom)
  await page.goto(`${console_}/m/${tom.msp}/settings/api-keys`)
  await page.getByRole('button', { name: 'Make a key…' }).first().click()
  await page.getByLabel('Name').fill('A program of Tom')
  await page.getByRole('button', { name: 'Make key' }).click()
  const key = await page.getByText(/^pw_[a-z2-9]{12}_[\w-]{43}$/).textContent()
  await page.getByRole('button', { name: 'I have copied it' }).click()
  const ask = (authorization: string) => request.get(`${console_}/api/v1/devices`, { headers: { authorization } })
  const reply = await ask(`Bearer ${key}`)
  expect(reply.status()).toBe(200)
  expect(Object.keys(await reply.json())).toEqual(['items', 'nextCursor'])
  // The browser's own session opens nothing there.
  expect((await page.request.get(`${console_}/api/v1/devices`)).status()).toBe(401)
  await expectNoFaults(page)
  await page.getByRole('button', { name: 'Revoke the key A program of Tom' }).click()
  await expect(page.getByRole('row').filter({ hasText: 'A program of Tom' })).toContainText('Revoked')
  expect((await ask(`Bearer ${key}`)).status()).toBe(401)
})
