import { expect, type Page } from '@playwright/test'
import { paths } from '../server/paths.ts'
import { expectNoFaults } from './_support/axe.ts'
import { type PayingStack, startPayingStack } from './_support/paying-stack.ts'
import { openLink, type Person } from './_support/sign-in.ts'
import { test } from './_support/test.ts'

/** A company that pays, from its trial on. In years that nobody lives in yet, so that no day of the real calendar matters. */
let stack: PayingStack
let owner: Person
let mspId: string
const msp = 'tarn-it'
test.beforeAll(async () => {
  stack = await startPayingStack(new Date('2031-01-06T10:00:00Z'))
  const company = await stack.makeCompany(msp, 'Tarn IT', 'Olga Tarn')
  owner = company.owner
  mspId = company.mspId
})
test.afterAll(() => stack?.stop())

const billing = () => `${stack.webUrl}${paths.billing(msp)}`
const section = (page: Page) => page.getByRole('region', { name: 'Subscription' }).last()
/** What stands over every page. */
const banner = (page: Page) =>
  page
    .getByRole('banner')
    .or(page.getByRole('region', { name: 'Subscription' }))
    .first()

/** Time has gone on: she signs in anew, and looks at her bill. */
async function comeIn(page: Page): Promise<void> {
  await openLink(page, await stack.mintLink(owner))
  await expect(page).toHaveURL(new RegExp(`/m/${msp}/`))
  await page.goto(billing())
}

async function shoot(page: Page, name: string) {
  const folder = process.env.PICTURES
  if (!folder) return
  for (const [size, width] of [
    ['wide', 1440],
    ['narrow', 390],
  ] as const) {
    await page.setViewportSize({ width, height: 900 })
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      await page.screenshot({ path: `${folder}/${name}-${size}-${colorScheme}.png`, fullPage: true })
    }
  }
  await page.setViewportSize({ width: 1280, height: 720 })
  await page.emulateMedia({ colorScheme: 'light' })
}

test('an owner subscribes, grows, fails to pay, pays, cancels and goes on', async ({ page }) => {
  const client = await stack.factories.makeClient(mspId, { name: 'Heron Dental' })
  await stack.enrol(client, 30)
  await comeIn(page)

  await test.step('the trial says what is paid after it', async () => {
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('30 devices − 25 free = 5 × €1.20 = €6.00')
    await expect(section(page)).toContainText('The trial runs until')
    await expectNoFaults(page)
    await shoot(page, '1-trial')
  })

  await test.step('who turns back at the Checkout has nothing, whatever the address says', async () => {
    await page.getByRole('button', { name: 'Subscribe at Stripe' }).click()
    await expect(page.getByRole('heading', { name: 'Checkout' })).toBeVisible()
    await page.getByRole('link', { name: 'Back to Patchward' }).click()
    await expect(page).toHaveURL(billing())
    await expect(section(page)).toContainText('The trial runs until')
  })

  await test.step('she pays, and reads it as soon as Stripe has said so', async () => {
    await page.getByRole('button', { name: 'Subscribe at Stripe' }).click()
    await page.getByRole('button', { name: 'Pay and subscribe' }).click()
    await expect(page).toHaveURL(billing())
    await expect(section(page)).toContainText('The company has a subscription. Each month is paid at its end.')
    await expect(page.getByRole('button', { name: 'Subscribe at Stripe' })).toHaveCount(0)
    await expectNoFaults(page)
    await shoot(page, '2-active')
  })

  await test.step('more devices come, and each night Stripe is told', async () => {
    await stack.moveTo(new Date('2031-03-04T10:00:00Z'))
    await stack.enrol(client, 12)
    await stack.moveTo(new Date('2031-03-11T00:20:00Z'))
    await stack.wakeNight()
    await expect.poll(() => stack.stripe.world.meterEvents.at(-1)?.value).toBe(42)
    await comeIn(page)
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('42 devices − 25 free = 17 × €1.20 = €20.40')
    const told = page.getByRole('table', { name: 'Numbers sent to Stripe' }).getByRole('row', { name: /^10 March/ })
    await expect(told).toContainText('42')
    await expectNoFaults(page)
    await shoot(page, '3-grown')
  })

  await test.step('the month is over: its invoice has the amount that the page had', async () => {
    await stack.moveTo(new Date('2031-04-01T00:20:00Z'))
    await expect
      .poll(() => stack.stripe.world.meterEvents.at(-1)?.timestamp)
      .toBe(Date.parse('2031-03-31T23:59:59Z') / 1000)
    await stack.moveTo(new Date('2031-04-01T08:00:00Z'))
    await comeIn(page)
    const invoices = page.getByRole('table', { name: 'Invoices' })
    await expect(invoices.getByRole('row').nth(1)).toContainText('€20.40')
    await expect(invoices.getByRole('row').nth(1)).toContainText('Paid')
    await expectNoFaults(page)
    await shoot(page, '4-invoice')
    const [invoice] = await Promise.all([
      page.waitForEvent('popup'),
      invoices.getByRole('link', { name: 'PW-3' }).click(),
    ])
    await expect(invoice.getByRole('heading', { name: 'Invoice PW-3' })).toBeVisible()
    await expect(invoice.getByText('20.40, paid')).toBeVisible()
    await invoice.close()
  })

  await test.step('the card fails: every page says until when everything goes on, and what comes then', async () => {
    stack.stripe.world.isCardGood = false
    await stack.moveTo(new Date('2031-05-01T00:20:00Z'))
    await expect
      .poll(() => stack.stripe.world.meterEvents.at(-1)?.timestamp)
      .toBe(Date.parse('2031-04-30T23:59:59Z') / 1000)
    await stack.moveTo(new Date('2031-05-01T08:00:00Z'))
    await comeIn(page)
    const words =
      'A payment failed. Everything goes on until Thu 15 May; from then on nothing can be changed until it is paid.'
    await expect(section(page)).toContainText(words)
    await expectNoFaults(page)
    await shoot(page, '5-late')
    await page.goto(`${stack.webUrl}${paths.overview(msp)}`)
    await expect(banner(page)).toContainText(words)
    await expectNoFaults(page)
    await shoot(page, '5-late-overview')
  })

  await test.step('two weeks on nothing can be changed, but for what stops and pays', async () => {
    await stack.moveTo(new Date('2031-05-16T08:00:00Z'))
    await comeIn(page)
    await expect(banner(page)).toContainText(
      'No payment came in 14 days: nothing can be changed until the open invoice is paid.',
    )
    await shoot(page, '6-read-only')
    await page.goto(`${stack.webUrl}${paths.clients(msp)}`)
    await page.getByRole('button', { name: 'Add a client…' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Name').fill('Otter Books')
    await dialog.getByRole('button', { name: 'Add client' }).click()
    await expect(dialog).toContainText('No payment came in 14 days')
    await expectNoFaults(page)
    await shoot(page, '6-read-only-refused')
  })

  await test.step('she pays with another card, and everything goes again', async () => {
    await page.goto(billing())
    await page.getByRole('button', { name: 'Pay the open invoice' }).click()
    await page.getByRole('button', { name: 'Use another card' }).click()
    await expect(page.getByText('The card pays. Open invoices: 0')).toBeVisible()
    await page.getByRole('link', { name: 'Return to Patchward' }).click()
    await expect(section(page)).toContainText('The company has a subscription.')
    await expect(page.getByRole('table', { name: 'Invoices' })).not.toContainText('To be paid')
    await shoot(page, '7-recovered')
  })

  await test.step('she cancels, reads until when it goes, and lets it go on', async () => {
    await page.getByRole('button', { name: 'Cancel with the month' }).click()
    const dialog = page.getByRole('dialog', { name: 'Cancel the subscription' })
    await expect(dialog).toContainText('On Sun 1 Jun. Until then you can let it go on after all.')
    await expectNoFaults(page)
    await shoot(page, '8-cancel')
    await dialog.getByRole('button', { name: 'Cancel with the month' }).click()
    await expect(section(page)).toContainText('Cancelled: the subscription ends on Sun 1 Jun.')
    await expectNoFaults(page)
    await shoot(page, '8-cancelled')
    await page.getByRole('button', { name: 'Let it go on' }).click()
    await expect(section(page)).toContainText('The company has a subscription.')
  })
  expect(await stack.stripe.whenDelivered()).toEqual([])
})
