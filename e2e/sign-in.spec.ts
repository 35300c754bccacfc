import { expect, type Page } from '@playwright/test'
import { generate } from 'otplib'
import { paths } from '../server/paths.ts'
import {
  alertOf,
  enrolApp,
  expectConsole,
  named,
  namedUrl,
  openSecurity,
  signOut,
  startApp,
} from './_support/account.ts'
import { expectNoFaults } from './_support/axe.ts'
import { linkMailedTo } from './_support/mail.ts'
import { ageProofs, makeOwnPerson, type OwnPerson, openStores } from './_support/own-person.ts'
import { test } from './_support/test.ts'

test.use({ baseURL: namedUrl, actionTimeout: 20_000 })

let person: OwnPerson
let close: () => Promise<void>
test.beforeAll(async () => {
  close = openStores()
  person = await makeOwnPerson('Petra Vale', 'admin')
})
test.afterAll(() => close?.())

const password = 'barley field at dawn'

test('a recovery mail, password and app, new recovery codes, and the end of a session elsewhere', async ({
  page,
  browser,
}) => {
  test.setTimeout(240_000)
  let seed = ''
  let spareCodes: string[] = []
  await test.step('a recovery mail leads to adding a second factor, not into the console', async () => {
    await page.goto(paths.signIn())
    await expectNoFaults(page)
    await page.getByRole('link', { name: 'Forgotten?' }).click()
    await expect(page.getByRole('heading', { name: 'A way back in' })).toBeVisible()
    await page.getByLabel('Work e-mail').fill(person.email)
    await expectNoFaults(page)
    await page.getByRole('button', { name: 'Send the mail' }).click()
    await expect(page.getByRole('status')).toContainText('a mail is on its way')
    await page.goto(named(await linkMailedTo(person.email)))
    await expectNoFaults(page)
    await page.getByRole('button', { name: 'Go on' }).click()
    await expect(page.getByRole('heading', { name: 'Add a second factor' })).toBeVisible()
    await expectNoFaults(page)
    await page.goto(paths.overview(person.msp))
    await expect(page).toHaveURL(/sign-in$/)
  })

  await test.step('a password that is tried first is not taken; another is', async () => {
    await page.goto(paths.enrolFactor())
    const first = await startApp(page)
    await expectNoFaults(page)
    await page.getByRole('textbox', { name: 'Choose a password' }).fill('password1')
    await page.getByLabel('Code that the app shows now').fill(await generate({ secret: first }))
    await page.getByRole('button', { name: 'Add the authenticator app' }).click()
    await expect(alertOf(page, 'tried first')).toBeVisible()
    await page.goto(paths.enrolFactor())
    seed = await enrolApp(page, password)
    await expectNoFaults(page)
    await page.getByRole('button', { name: 'I have kept them, go on' }).click()
    await expectConsole(page, person.msp)
  })

  await test.step('out, and in again with both proofs', async () => {
    await signOut(page)
    await typePassword(page)
    await expectNoFaults(page)
    const code = page.getByLabel('Authenticator code')
    await code.fill('000000')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await expect(alertOf(page, 'does not fit')).toBeVisible()
    // The code of this moment may be used up: the next one counts already.
    await code.fill(await generate({ secret: seed, epoch: Math.floor(Date.now() / 1000) + 30 }))
    await page.getByRole('button', { name: 'Sign in' }).click()
    await expectConsole(page, person.msp)
  })

  await test.step('new recovery codes come once; later they want a fresh proof, and without one nothing changes', async () => {
    await openSecurity(page)
    await expectNoFaults(page)
    await page.getByRole('button', { name: 'Make new ones' }).click()
    const codes = page.getByRole('dialog', { name: 'Your recovery codes' })
    await expect(codes.getByRole('listitem')).toHaveCount(10)
    spareCodes = await codes.getByRole('listitem').allInnerTexts()
    await codes.getByRole('button', { name: 'I have kept them' }).click()
    await expect(page.getByText('10 codes left')).toBeVisible()
    await ageProofs(person.email)
    await page.getByRole('button', { name: 'Make new ones' }).click()
    await expect(page.getByRole('dialog', { name: 'Is it you?' })).toBeVisible()
    await expectNoFaults(page)
    await page.keyboard.press('Escape')
    await expect(alertOf(page, 'Nothing was changed')).toBeVisible()
  })

  await test.step('a session elsewhere is seen and ended', async () => {
    const context = await browser.newContext({ baseURL: namedUrl, locale: 'en-GB' })
    const elsewhere = await context.newPage()
    await elsewhere.goto(paths.signIn())
    await typePassword(elsewhere)
    await elsewhere.getByRole('button', { name: 'Use a recovery code' }).click()
    await elsewhere.getByLabel('Recovery code').fill(spareCodes[0] ?? '')
    await elsewhere.getByRole('button', { name: 'Sign in' }).click()
    await expectConsole(elsewhere, person.msp)
    await page.reload()
    await expect(page.getByText('9 codes left')).toBeVisible()
    await page.getByRole('button', { name: 'End', exact: true }).click()
    await expect(page.getByText('Session ended.')).toBeVisible()
    // It hears of it by itself.
    await expect(elsewhere).toHaveURL(/sign-in$/)
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
  await expectNoFaults(page)

  await page.goto(paths.recovery('a-token-that-nobody-has'))
  await page.getByRole('button', { name: 'Go on' }).click()
  await expect(alertOf(page, 'used already or is older than 15 minutes')).toBeVisible()
  await expectNoFaults(page)
})

async function typePassword(page: Page): Promise<void> {
  await page.getByLabel('Work e-mail').fill(person.email)
  await page.getByRole('textbox', { name: 'Password' }).fill(password)
  await page.getByRole('button', { name: 'Continue' }).click()
  await expect(page.getByRole('heading', { name: 'Show your second factor' })).toBeVisible()
}
