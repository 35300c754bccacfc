import { readFile } from 'node:fs/promises'
import type { Page } from '@playwright/test'
import { paths } from '../server/paths.ts'
import { expectNoFaults } from './_support/axe.ts'
import { makeOwnMsp, makeOwnPerson, openStores } from './_support/own-person.ts'
import type { Records } from './_support/records.ts'
import { openAs, signInAs } from './_support/sign-in.ts'
import { goTo } from './_support/tables.ts'
import { expect, test } from './_support/test.ts'

let close: () => Promise<void>
test.beforeAll(() => {
  close = openStores()
})
test.afterAll(() => close?.())

/** A month that is over, whatever the day: 31 days, of which one was not counted. */
const month = '2026-01'
const missed = 17

/** A month of the ledger of a company of its own: two clients, three days on which one of them brought in many devices. */
async function fillLedger(records: Records, msp: string): Promise<void> {
  const { factories } = records
  const mspId = await records.findMsp(msp)
  const large = await factories.makeClient(mspId, { name: 'Mill Lane Dental' })
  const small = await factories.makeClient(mspId, { name: 'Otter Books' })
  for (let number = 1; number <= 31; number++) {
    if (number === missed) continue
    const day = `${month}-${String(number).padStart(2, '0')}`
    const [many, few] = [number >= 12 && number <= 14 ? 180 : 70 + Math.min(number, 14), 28]
    await factories.across`insert into usage_daily (msp_id, client_id, day, enrolled_peak, active_peak)
      values (${mspId}, ${large.clientId}, ${day}, ${many + 2}, ${many}), (${mspId}, ${small.clientId}, ${day}, ${few}, ${few})`
    await factories.across`insert into usage_daily_totals (msp_id, day, enrolled_peak, active_peak)
      values (${mspId}, ${day}, ${many + few + 2}, ${many + few})`
  }
}

const download = async (page: Page, press: () => Promise<void>) => {
  const [file] = await Promise.all([page.waitForEvent('download'), press()])
  return (await readFile(await file.path(), 'utf8')).trimEnd().split('\r\n')
}

test('an owner reads what a month costs and why, and takes the statement of a client; a technician finds no bill', async ({
  page,
  browser,
  records,
}) => {
  const msp = await makeOwnMsp('Fernhill Support')
  await fillLedger(records, msp)
  await signInAs(page, await makeOwnPerson('Olga Fern', 'owner', msp))

  await test.step('it stands in the sidebar, and says that no card is asked for', async () => {
    await goTo(page, 'Billing')
    await expect(page.getByText('No card is asked for: this installation has no Stripe keys.')).toBeVisible()
    await expectNoFaults(page)
  })

  await test.step('the month in one line, with its free days and the day that was not counted', async () => {
    await page.goto(paths.billing(msp, { month }))
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('112 devices − 25 free = 87 × €1.20 = €104.40')
    const main = page.getByRole('main')
    await expect(main).toContainText(
      'Your 3 busiest days are free, of 30 counted. The next had 112 devices. Not counted and left out: 17 January.',
    )
    await expect(main.getByText('13 January: 208 devices, free, 2 more were silent for 30 days')).toBeAttached()
    await expect(main.getByText('17 January: not counted')).toBeAttached()
    await expectNoFaults(page)
  })

  await test.step('what each client has of it adds up, on the page and in both files', async () => {
    const clients = page.getByRole('table', { name: 'What each client has of the month' })
    await expect(clients.getByRole('row', { name: /Mill Lane Dental/ })).toContainText('€78.30')
    await expect(clients.getByRole('row', { name: /Otter Books/ })).toContainText('€26.10')
    const all = await download(page, () => page.getByRole('link', { name: 'Download CSV of the clients' }).click())
    expect(all[1]).toContain(`${month},Mill Lane Dental,active,180,84,75.00,78.30,78.30,EUR,`)
    expect(all).toHaveLength(3)
    const days = await download(page, () => page.getByRole('link', { name: 'Days of Otter Books as CSV' }).click())
    expect(days).toHaveLength(31)
    expect(days[1]).toContain(`${month}-01,Otter Books,28,28,yes,`)
  })

  await test.step('one month on, and back', async () => {
    await page.getByRole('link', { name: 'February 2026' }).click()
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Nothing counted in February 2026')
    await page.getByRole('link', { name: 'January 2026' }).click()
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(/^112 devices/)
  })

  const technician = await openAs(browser, await makeOwnPerson('Theo Reed', 'technician', msp))
  await expect(technician.getByRole('link', { name: 'Overview' })).toBeVisible()
  await expect(technician.getByRole('link', { name: 'Billing' })).toHaveCount(0)
  await technician.goto(paths.billing(msp, { month }))
  await expect(technician.getByRole('heading', { name: 'There is nothing at this address' })).toBeVisible()
  await technician.close()
})
