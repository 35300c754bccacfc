import AxeBuilder from '@axe-core/playwright'
import type { Locator, Page } from '@playwright/test'
import { generate } from 'otplib'
import { paths } from '../server/paths.ts'
import { makeOwnPerson, type OwnPerson } from './_support/own-person.ts'
import { expect, test } from './_support/test.ts'

// Passkeys belong to a host name, which a bare address is not.
const { E2E_BASE_URL = '', E2E_MAIL_URL = '' } = process.env
const baseURL = E2E_BASE_URL.replace('//127.0.0.1', '//localhost')
test.use({ baseURL, actionTimeout: 20_000 })

let person: OwnPerson
test.beforeAll(async () => {
  person = await makeOwnPerson('Petra Vale', 'admin')
})
test.afterAll(() => person.close())

const password = 'barley field at dawn'

test('recovery mail, password and app, passkey, a fresh proof, and the end of a session elsewhere', async ({
  page,
  browser,
}) => {
  test.setTimeout(240_000)
  let seed = ''
  let spareCodes: string[] = []
  await test.step('a recovery mail leads to adding a second factor, not into the console', async () => {
    await page.goto(paths.signIn())
    await expectWell(page)
    await page.getByRole('link', { name: 'Forgotten?' }).click()
    await expect(page.getByRole('heading', { name: 'A way back in' })).toBeVisible()
    await page.getByLabel('Work e-mail').fill(person.email)
    await expectWell(page)
    await page.getByRole('button', { name: 'Send the mail' }).click()
    await expect(page.getByRole('status')).toContainText('a mail is on its way')
    await page.goto(await mailedLink(person.email))
    await expectWell(page)
    await page.getByRole('button', { name: 'Go on' }).click()
    await expect(page.getByRole('heading', { name: 'Add a second factor' })).toBeVisible()
    await expectWell(page)
    await page.goto(paths.overview(person.msp))
    await expect(page).toHaveURL(/sign-in$/)
  })

  await test.step('an authenticator app and a password, then the recovery codes, once', async () => {
    await page.goto(paths.enrolFactor())
    await page.getByRole('button', { name: 'Use an authenticator app' }).click()
    const key = page.getByText(/^([A-Z2-7]{4} ){7}[A-Z2-7]{4}$/)
    await expect(page.getByRole('img', { name: 'QR code of the key beside it' })).toBeVisible()
    seed = ((await key.textContent()) ?? '').replaceAll(' ', '')
    await expectWell(page)
    await page.getByRole('textbox', { name: 'Choose a password' }).fill('password1')
    await page.getByLabel('Code that the app shows now').fill(await generate({ secret: seed }))
    await page.getByRole('button', { name: 'Add the authenticator app' }).click()
    await expect(alertOf(page, 'tried first')).toBeVisible()
    await page.getByRole('textbox', { name: 'Choose a password' }).fill(password)
    await page.getByRole('button', { name: 'Add the authenticator app' }).click()
    await expect(page.getByRole('heading', { name: 'Your recovery codes' })).toBeVisible()
    spareCodes = await page.getByRole('listitem').allInnerTexts()
    expect(spareCodes).toHaveLength(10)
    await expectWell(page)
    await page.getByRole('button', { name: 'I have kept them, go on' }).click()
    await expectConsole(page)
  })

  await test.step('out, and in again with both proofs', async () => {
    await signOut(page)
    await typePassword(page)
    await expectWell(page)
    const code = page.getByLabel('Authenticator code')
    await code.fill('000000')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await expect(alertOf(page, 'does not fit')).toBeVisible()
    // The code of this moment may be used up: the next one counts already.
    await code.fill(await generate({ secret: seed, epoch: Math.floor(Date.now() / 1000) + 30 }))
    await page.getByRole('button', { name: 'Sign in' }).click()
    await expectConsole(page)
  })

  await test.step('a passkey, which then signs in without an e-mail address', async () => {
    await addAuthenticator(page)
    await openSecurity(page)
    await page.getByRole('button', { name: 'Add a passkey' }).click()
    await expect(page.getByText(/^Passkey, added/)).toBeVisible()
    await expectWell(page)
    await page.goto(paths.home())
    await signOut(page)
    await page.getByRole('button', { name: 'Use a passkey' }).click()
    await expectConsole(page)
  })

  await test.step('a change asks for a fresh proof by itself, and goes on with it', async () => {
    await openSecurity(page)
    await person.ageProofs()
    await page.getByRole('button', { name: 'Make new ones' }).click()
    const dialog = page.getByRole('dialog', { name: 'Is it you?' })
    await expect(dialog).toBeVisible()
    await expectWell(page)
    await page.keyboard.press('Escape')
    await expect(alertOf(page, 'Nothing was changed')).toBeVisible()
    await page.getByRole('button', { name: 'Make new ones' }).click()
    await dialog.getByRole('button', { name: 'Use a passkey' }).click()
    const codes = page.getByRole('dialog', { name: 'Your recovery codes' })
    await expect(codes.getByRole('listitem')).toHaveCount(10)
    spareCodes = await codes.getByRole('listitem').allInnerTexts()
    await codes.getByRole('button', { name: 'I have kept them' }).click()
    await expect(page.getByText('10 codes left')).toBeVisible()
  })

  await test.step('a session elsewhere is seen and ended', async () => {
    const context = await browser.newContext({ baseURL, locale: 'en-GB' })
    const elsewhere = await context.newPage()
    await elsewhere.goto(paths.signIn())
    await typePassword(elsewhere)
    await elsewhere.getByRole('button', { name: 'Use a recovery code' }).click()
    await elsewhere.getByLabel('Recovery code').fill(spareCodes[0] ?? '')
    await elsewhere.getByRole('button', { name: 'Sign in' }).click()
    await expectConsole(elsewhere)
    await page.reload()
    await expect(page.getByText('9 codes left')).toBeVisible()
    await page.getByRole('button', { name: 'End', exact: true }).click()
    await expect(page.getByText('Session ended.')).toBeVisible()
    await elsewhere.goto(paths.overview(person.msp))
    await expect(elsewhere).toHaveURL(/sign-in$/)
    await context.close()
  })
})

test('too many tries wait, and a mail’s link works once', async ({ page }) => {
  await page.goto(paths.signIn())
  await page.getByLabel('Work e-mail').fill(`nobody-${Date.now()}@example.com`)
  await page.getByRole('textbox', { name: 'Password' }).fill('not the password')
  const press = page.getByRole('button', { name: 'Continue' })
  for (let tries = 0; tries < 8; tries++) {
    const answered = page.waitForResponse(/signIn\.password/)
    await press.click()
    await answered
    await expect(alertOf(page, 'do not belong together')).toBeVisible()
  }
  await press.click()
  await expect(alertOf(page, /Too many tries\. Try again in \d+ minutes\./)).toBeVisible()
  await expectWell(page)

  await page.goto(paths.recovery('a-token-that-nobody-has'))
  await page.getByRole('button', { name: 'Go on' }).click()
  await expect(alertOf(page, 'used already or is older than 15 minutes')).toBeVisible()
  await expectWell(page)
})

async function typePassword(page: Page): Promise<void> {
  await page.getByLabel('Work e-mail').fill(person.email)
  await page.getByRole('textbox', { name: 'Password' }).fill(password)
  await page.getByRole('button', { name: 'Continue' }).click()
  await expect(page.getByRole('heading', { name: 'Show your second factor' })).toBeVisible()
}

async function expectConsole(page: Page): Promise<void> {
  await expect(page).toHaveURL(new RegExp(`/m/${person.msp}/`))
  await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible()
}

// Next's own announcer is an alert too.
const alertOf = (page: Page, text: string | RegExp) => page.getByRole('alert').filter({ hasText: text })

/** Of the account menu, which opens only once the page's scripts have run: nothing shows that, so a person presses again. */
async function menuItem(page: Page, name: string | RegExp): Promise<Locator> {
  const item = page.getByRole('menuitem', { name })
  await expect(async () => {
    if (!(await item.isVisible())) await page.getByRole('button', { name: /account of/ }).click()
    await expect(item).toBeVisible({ timeout: 2_000 })
  }).toPass({ timeout: 20_000 })
  return item
}

async function openSecurity(page: Page): Promise<void> {
  await (await menuItem(page, 'Security')).click()
  await expect(page.getByRole('heading', { name: 'Security', level: 1 })).toBeVisible()
}

async function signOut(page: Page): Promise<void> {
  await expectConsole(page)
  await (await menuItem(page, /^Sign out/)).click()
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible()
}

/** A platform authenticator of Chromium that verifies its user. */
async function addAuthenticator(page: Page): Promise<void> {
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

/** The link of the newest mail to this address, under the name this journey works with. */
async function mailedLink(to: string): Promise<string> {
  let link = ''
  await expect
    .poll(async () => {
      const answer = await fetch(`${E2E_MAIL_URL}/mails?to=${encodeURIComponent(to)}`)
      // The sink's own words.
      const mails = (await answer.json()) as { text: string }[]
      link = /https?:\S+/.exec(mails[0]?.text ?? '')?.[0] ?? ''
      return link
    })
    .not.toBe('')
  return link.replace(new URL(link).origin, baseURL)
}

async function expectWell(page: Page): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    const { violations } = await new AxeBuilder({ page }).analyze()
    const bad = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
    expect(bad.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join(' | ')}`)).toEqual([])
  }
}
