import { readFile } from 'node:fs/promises'
import { expect, type Page } from '@playwright/test'
import { signWebhook } from '../server/billing/testing/stripe-fake/stripe-fake.ts'
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
const section = (page: Page) => page.getByRole('region', { name: 'Subscription' })
/** What stands over every page. */
const banner = (page: Page) => page.getByRole('region', { name: 'Payment' })
const invoices = (page: Page) => page.getByRole('table', { name: 'Invoices' })
/** She goes home, and time goes on. */
async function liveUntil(page: Page, at: string): Promise<void> {
  // A page that is left open would lead to the sign-in by itself, whatever is opened next.
  await page.goto('about:blank')
  await stack.moveTo(new Date(at))
}
/** The end of a month at Stripe: in the first hour of the next one its last number is told, then its invoice is made and collected. */
async function endMonth(page: Page, nextMonth: string): Promise<void> {
  const lastSecond = Date.parse(nextMonth) / 1000 - 1
  await liveUntil(page, `${nextMonth}T00:20:00Z`)
  await expect.poll(() => stack.stripe.world.meterEvents.at(-1)?.timestamp).toBe(lastSecond)
  await liveUntil(page, `${nextMonth}T08:00:00Z`)
}

/** Time has gone on: she signs in anew, and looks at her bill. */
async function comeIn(page: Page): Promise<void> {
  await openLink(page, await stack.mintLink(owner))
  await expect(page).toHaveURL(new RegExp(`/m/${msp}/`))
  await page.goto(billing())
}

test('an owner subscribes, grows, fails to pay, pays, cancels and goes on', async ({ page }) => {
  // Half a year takes a while where other journeys run beside it.
  test.setTimeout(300_000)
  const client = await stack.factories.makeClient(mspId, { name: 'Heron Dental' })
  await stack.enrol(client, 30)
  await comeIn(page)

  await test.step('the trial says what is paid after it', async () => {
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('30 devices − 25 free = 5 × €1.20 = €6.00')
    await expect(section(page)).toContainText('The trial runs until Wed 5 Feb')
    await expect(banner(page)).toHaveCount(0)
    await expectNoFaults(page)
  })

  await test.step('who turns back at the Checkout has nothing, whatever the address says', async () => {
    await page.getByRole('button', { name: 'Subscribe at Stripe' }).click()
    await expect(page.getByRole('heading', { name: 'Checkout' })).toBeVisible()
    await page.getByRole('link', { name: 'Back to Patchward' }).click()
    await expect(page).toHaveURL(billing())
    for (const said of ['', '?paid=true&checkout=success&session_id=cs_1&redirect_status=succeeded']) {
      await page.goto(`${billing()}${said}`)
      await expect(section(page)).toContainText('The trial runs until')
      await expect(page.getByRole('button', { name: 'Subscribe at Stripe' })).toBeVisible()
    }
  })

  await test.step('she pays, and reads it as soon as Stripe has said so', async () => {
    await page.getByRole('button', { name: 'Subscribe at Stripe' }).click()
    await page.getByRole('button', { name: 'Pay and subscribe' }).click()
    await expect(page).toHaveURL(billing())
    await expect(section(page)).toContainText('The company has a subscription. Each month is paid at its end.')
    await expect(page.getByRole('button', { name: 'Subscribe at Stripe' })).toHaveCount(0)
    await expectNoFaults(page)
  })

  await test.step('who calls the console in the name of Stripe is not believed', async () => {
    const event = stack.stripe.world.events.at(-1)
    if (!event) throw new Error('the Checkout told nothing')
    const { body, signature } = signWebhook({ ...event, id: 'evt_forged' }, stack.stripe.world.now, 'whsec_of_somebody')
    for (const header of [signature, ''])
      expect(
        (await page.request.post(stack.webhookUrl, { headers: { 'stripe-signature': header }, data: body })).status(),
      ).toBe(400)
  })

  await test.step('more devices come, and each night Stripe is told', async () => {
    await liveUntil(page, '2031-03-04T10:00:00Z')
    await stack.enrol(client, 12)
    await liveUntil(page, '2031-03-11T00:20:00Z')
    // The worker makes its schedule as soon as its new namespace answers.
    await expect(() => stack.wakeNight()).toPass({ timeout: 30_000 })
    await expect.poll(() => stack.stripe.world.meterEvents.at(-1)?.value).toBe(42)
    await comeIn(page)
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('42 devices − 25 free = 17 × €1.20 = €20.40')
    const told = page.getByRole('table', { name: 'Numbers sent to Stripe' }).getByRole('row', { name: /^10 March/ })
    await expect(told).toContainText('42')
  })

  await test.step('the month is over: its invoice has the amount that the page had', async () => {
    await endMonth(page, '2031-04-01')
    await comeIn(page)
    const newest = invoices(page).getByRole('row').nth(1)
    await expect(newest).toContainText('PW-3')
    await expect(newest).toContainText('€20.40')
    await expect(newest).toContainText('Paid')
    await expectNoFaults(page)
    const [invoice] = await Promise.all([page.waitForEvent('popup'), newest.getByRole('link').click()])
    await expect(invoice.getByRole('heading', { name: 'Invoice PW-3' })).toBeVisible()
    await expect(invoice.getByText('20.40, paid')).toBeVisible()
    await invoice.close()
  })

  await test.step('the card fails: every page says until when everything goes on, and leads to what comes then', async () => {
    stack.stripe.world.isCardGood = false
    await endMonth(page, '2031-05-01')
    await comeIn(page)
    await page.goto(`${stack.webUrl}${paths.overview(msp)}`)
    await expect(banner(page)).toContainText('A payment failed. Everything goes on until Thu 15 May')
    await expectNoFaults(page)
    await banner(page).getByRole('link', { name: 'Pay' }).click()
    await expect(section(page)).toBeInViewport()
    await expect(section(page)).toContainText('From then onNothing can be changed')
    await expect(invoices(page).getByRole('row').nth(1)).toContainText('To be paid')
    await expectNoFaults(page)
    // A day before the grace ends everything still goes.
    await liveUntil(page, '2031-05-14T08:00:00Z')
    await comeIn(page)
    await addClient(page, 'Otter Books')
    await expect(page).toHaveURL(/\/devices\/enrolment/)
  })

  await test.step('two weeks on nothing can be changed', async () => {
    await liveUntil(page, '2031-05-16T08:00:00Z')
    await comeIn(page)
    const words = 'No payment came in 14 days: nothing can be changed until the open invoice is paid.'
    await expect(banner(page)).toContainText(words)
    await expect(section(page)).toContainText('Stays openTo stop, hold and reject')
    await expectNoFaults(page)
    await addClient(page, 'Late Bakery')
    await expect(page.getByRole('dialog')).toContainText(words)
    await expectNoFaults(page)
  })

  await test.step('but she takes her data along, and stops all changes', async () => {
    await page.goto(billing())
    const csv = page.getByRole('link', { name: 'Download CSV of the clients' })
    const [file] = await Promise.all([page.waitForEvent('download'), csv.click()])
    expect(await readFile(await file.path(), 'utf8')).toContain('2031-05,Heron Dental')
    await page.goto(`${stack.webUrl}${paths.company(msp)}`)
    await page.getByRole('button', { name: 'Stop all changes…' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Reason').fill('Until we know who pays')
    await dialog.getByRole('button', { name: 'Stop changes on 42 devices' }).click()
    await expect(page.getByRole('region', { name: 'All changes are stopped' })).toContainText('Until we know who pays')
    await expect(banner(page)).toBeVisible()
    await expectNoFaults(page)
  })

  await test.step('she pays with another card, and everything goes again', async () => {
    await banner(page).getByRole('link', { name: 'Pay' }).click()
    await page.getByRole('button', { name: 'Pay the open invoice' }).click()
    await page.getByRole('button', { name: 'Use another card' }).click()
    await expect(page.getByText('The card pays. Open invoices: 0')).toBeVisible()
    await page.getByRole('link', { name: 'Return to Patchward' }).click()
    await expect(section(page)).toContainText('The company has a subscription.')
    await expect(banner(page)).toHaveCount(0)
    await expect(invoices(page)).not.toContainText('To be paid')
    await expectNoFaults(page)
    await addClient(page, 'Late Bakery')
    await expect(page).toHaveURL(/\/devices\/enrolment/)
  })

  await test.step('she cancels, reads until when it goes, and lets it go on', async () => {
    await page.goto(billing())
    await page.getByRole('button', { name: 'Cancel with the month' }).click()
    const dialog = page.getByRole('dialog', { name: 'Cancel the subscription' })
    await expect(dialog).toContainText('On Sun 1 Jun. Until then you can let it go on after all.')
    await expectNoFaults(page)
    await dialog.getByRole('button', { name: 'Cancel with the month' }).click()
    await expect(section(page)).toContainText('Cancelled: the subscription ends on Sun 1 Jun.')
    expect(stack.stripe.world.subscriptions.at(-1)?.cancel_at_period_end).toBe(true)
    await expectNoFaults(page)
    await page.getByRole('button', { name: 'Let it go on' }).click()
    await expect(section(page)).toContainText('The company has a subscription.')
    expect(stack.stripe.world.subscriptions.at(-1)?.cancel_at_period_end).toBe(false)
  })

  await test.step('she cancels for good; when it has ended she reads so, and comes back', async () => {
    await page.getByRole('button', { name: 'Cancel with the month' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel with the month' }).click()
    await expect(section(page)).toContainText('Cancelled: the subscription ends on Sun 1 Jun.')
    await endMonth(page, '2031-06-01')
    await comeIn(page)
    await expect(banner(page)).toContainText('The subscription has ended: nothing can be changed')
    await expect(section(page)).toContainText('Everything, as soon as the company subscribes.')
    await expectNoFaults(page)
    await banner(page).getByRole('link', { name: 'Subscribe' }).click()
    await page.getByRole('button', { name: 'Subscribe at Stripe' }).click()
    await page.getByRole('button', { name: 'Pay and subscribe' }).click()
    await expect(section(page)).toContainText('The company has a subscription.')
    await expect(banner(page)).toHaveCount(0)
    expect(stack.stripe.world.customers.size).toBe(1)
  })
  expect(await stack.stripe.whenDelivered()).toEqual([])
})

async function addClient(page: Page, name: string): Promise<void> {
  await page.goto(`${stack.webUrl}${paths.clients(msp)}`)
  await page.getByRole('button', { name: 'Add a client…' }).click()
  await page.getByRole('dialog').getByLabel('Name').fill(name)
  await page.getByRole('button', { name: 'Add client' }).click()
}
