import type { Locator, Page } from '@playwright/test'
import { generate } from 'otplib'
import { expect } from './test.ts'

/** The address of the stack by a host name: passkeys belong to one, which a bare address is not. */
export const namedUrl = (process.env.E2E_BASE_URL ?? '').replace('//127.0.0.1', '//localhost')

/** A link that leads to the stack, under its name. */
export const named = (link: string) => link.replace(new URL(link).origin, namedUrl)

/** What a page says in an alert; Next's own announcer is an alert too. */
export const alertOf = (page: Page, text: string | RegExp) => page.getByRole('alert').filter({ hasText: text })

/** Somebody is in the console of this company. */
export async function expectConsole(page: Page, msp: string): Promise<void> {
  await expect(page).toHaveURL(new RegExp(`/m/${msp}/`))
  await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible()
}

/** Of the account menu, which opens only once the page's scripts have run: nothing shows that, so a person presses again. */
async function menuItem(page: Page, name: string | RegExp): Promise<Locator> {
  const item = page.getByRole('menuitem', { name })
  await expect(async () => {
    if (!(await item.isVisible())) await page.getByRole('button', { name: /account of/ }).click()
    await expect(item).toBeVisible({ timeout: 2_000 })
  }).toPass({ timeout: 20_000 })
  return item
}

/** Goes to the page about one's own factors and sessions. */
export async function openSecurity(page: Page): Promise<void> {
  await (await menuItem(page, 'Security')).click()
  await expect(page.getByRole('heading', { name: 'Security', level: 1 })).toBeVisible()
}

/** Ends the session from within the console. */
export async function signOut(page: Page): Promise<void> {
  await (await menuItem(page, /^Sign out/)).click()
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible()
}

/** A platform authenticator of Chromium that verifies its user. */
export async function addAuthenticator(page: Page): Promise<void> {
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('WebAuthn.enable')
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
}

/** Adds an authenticator app and a password on "Add a second factor", which shows the recovery codes then. Answers the app's key. */
export async function enrolApp(page: Page, password: string): Promise<string> {
  const seed = await startApp(page)
  await page.getByRole('textbox', { name: 'Choose a password' }).fill(password)
  await page.getByLabel('Code that the app shows now').fill(await generate({ secret: seed }))
  await page.getByRole('button', { name: 'Add the authenticator app' }).click()
  await expect(page.getByRole('heading', { name: 'Your recovery codes' })).toBeVisible()
  return seed
}

/** Chooses an authenticator app on "Add a second factor"; answers the key that is shown. */
export async function startApp(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Use an authenticator app' }).click()
  const key = page.getByText(/^([A-Z2-7]{4} ){7}[A-Z2-7]{4}$/)
  await expect(page.getByRole('img', { name: 'QR code of the key beside it' })).toBeVisible()
  return ((await key.textContent()) ?? '').replaceAll(' ', '')
}
