import { paths } from '../server/paths.ts'
import { insertReport } from '../server/reports/testing/insert-report.ts'
import { sampleReport } from '../server/reports/testing/sample-reports.ts'
import { expectNoFaults } from './_support/axe.ts'
import { mia, nora, openAs, signInAs, tom } from './_support/sign-in.ts'
import { goTo } from './_support/tables.ts'
import { expect, test } from './_support/test.ts'

const msp = 'northfold'
const kestrel = { name: 'Kestrel Logistics', timeZone: 'America/New_York' }
/** Months so long ago that no schedule of this run counts them. */
const [older, newer] = ['2023-07', '2023-08']

test.beforeAll(async ({ records }) => {
  for (const [name, month] of [
    [kestrel.name, older],
    [kestrel.name, newer],
    ['Harbour Lane Surveyors', newer],
  ] as const) {
    const at = await records.findClient(msp, name)
    const before = month === newer ? [{ month: older, all: 12, protected: 11 }] : []
    const report = sampleReport({ month, before, client: { ...kestrel, name } })
    await records.factories.inMsp(at.mspId, (tx) => insertReport(tx, at, report))
  }
})

test('an owner finds the reports of a month, and reads one as its client does', async ({ page }) => {
  await signInAs(page, nora)
  await goTo(page, 'Reports')
  await page.goto(paths.reports(msp, { month: newer }))
  await expect(page.getByRole('heading', { name: 'Reports of August 2023' })).toBeVisible()
  await expect(page.getByRole('row').filter({ hasText: 'Harbour Lane Surveyors' })).toContainText('96.9')
  await expectNoFaults(page)
  await page.getByRole('link', { name: kestrel.name }).click()
  await expect(page.getByRole('heading', { name: 'Your computers were well protected in August' })).toBeVisible()
  await expect(page.getByRole('img', { name: /July 2023 91.7/ })).toBeVisible()
  await expect(page.getByText(/^Revision 1\. Frozen/)).toContainText(/SHA-256 [0-9a-f]{64}/)
  await expectNoFaults(page)
  const file = page.waitForEvent('download')
  await page.getByRole('link', { name: 'PDF' }).click()
  expect((await file).suggestedFilename()).toBe(`kestrel-logistics-${newer}.pdf`)
  await page.getByRole('link', { name: 'July' }).click()
  await expect(page.getByRole('heading', { name: 'Your computers were well protected in July' })).toBeVisible()
})

test('a technician reads the reports of their own clients only', async ({ page }) => {
  await signInAs(page, tom)
  await page.goto(paths.reports(msp, { month: newer }))
  await expect(page.getByRole('link', { name: kestrel.name })).toBeVisible()
  await expect(page.getByText(/harbour/i)).toHaveCount(0)
})

test('a client manager reads the months of their own organisation, and of no other', async ({ browser }) => {
  const page = await openAs(browser, mia, { isConsole: false })
  await page.getByRole('link', { name: 'Reports' }).click()
  await page.goto(paths.portalReports(msp, 'kestrel-logistics', newer))
  await expect(page.getByRole('heading', { name: 'Your computers were well protected in August' })).toBeVisible()
  await expect(page.getByRole('table').first()).toContainText('Waiting for a restart')
  await expectNoFaults(page)
  await page.getByRole('link', { name: 'How each number is counted' }).click()
  await expect(page.getByRole('heading', { name: `How August 2023 was counted for ${kestrel.name}` })).toBeVisible()
  await expect(page.getByText('Of those with a due date, the ones proved by then.')).toBeVisible()
  await expect(page.getByRole('link', { name: /rows of/ }), 'the rows stay with the MSP').toHaveCount(0)
  await expectNoFaults(page)
  await page.getByRole('link', { name: 'August 2023' }).click()
  await page.getByText('All months').click()
  await expect(page.getByRole('definition').getByRole('link', { name: 'August' })).toHaveAttribute(
    'aria-current',
    'page',
  )
  await expectNoFaults(page)
  await page.getByRole('definition').getByRole('link', { name: 'July' }).click()
  await expect(page).toHaveURL(new RegExp(`/reports/${older}$`))
  for (const elsewhere of [
    paths.portalReports(msp, 'harbour-lane-surveyors', newer),
    paths.portalReports(msp, 'kestrel-logistics', '2022-01'),
    paths.portalReports(msp, 'kestrel-logistics', 'no-month'),
    paths.portalDefinitions(msp, 'harbour-lane-surveyors', newer),
    paths.portalDefinitions(msp, 'kestrel-logistics', '2022-01'),
  ])
    expect((await page.goto(elsewhere))?.status(), elsewhere).toBe(404)
  await page.close()
})
