import type { Page } from '@playwright/test'
import { paths } from '../server/paths.ts'
import { insertReport } from '../server/reports/testing/insert-report.ts'
import { sampleReport } from '../server/reports/testing/sample-reports.ts'
import { expectNoFaults } from './_support/axe.ts'
import { mia, nora, openAs, signInAs } from './_support/sign-in.ts'
import { expect, test } from './_support/test.ts'

const msp = 'northfold'
/** So long ago that no other journey looks there. */
const month = '2023-04'
const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 80" width="300" height="80">
  <rect width="80" height="80" rx="18" fill="#1d6b4f"/><path d="M22 58V22l36 36V22" fill="none" stroke="#fff" stroke-width="9"/>
  <rect x="100" y="26" width="190" height="28" rx="6" fill="#14171f"/></svg>`

/** That the picture really came and was drawn. */
const isDrawn = (page: Page, name: string) =>
  page.getByRole('img', { name }).evaluate((img) => img instanceof HTMLImageElement && img.naturalWidth > 100)

test('an owner chooses a logo and a colour; report and portal wear them, and lose them again', async ({
  page,
  browser,
  records,
}) => {
  const at = await records.findClient(msp, 'Kestrel Logistics')
  const report = sampleReport({ month, client: { name: 'Kestrel Logistics', timeZone: 'America/New_York' } })
  const reportId = await records.factories.inMsp(at.mspId, (tx) => insertReport(tx, at, report))
  await signInAs(page, nora)
  await page.goto(paths.company(msp))
  const logo = page.getByRole('region', { name: 'Logo' })
  const pick = async (name: string, mimeType: string, buffer: Buffer) =>
    logo.getByLabel('Picture of the logo').setInputFiles({ name, mimeType, buffer })
  await expect(logo.getByRole('button', { name: 'Choose a picture…' })).toBeVisible()
  await pick('logo.png', 'image/png', Buffer.from('no picture at all'))
  await expect(logo.getByRole('alert')).toHaveText('This file is no picture that can be shown.')
  await pick('logo.svg', 'image/svg+xml', Buffer.from(svg))
  await expect.poll(() => isDrawn(page, 'Logo of Northfold IT')).toBe(true)
  await expectNoFaults(page)
  await logo.getByRole('button', { name: 'Save logo' }).click()
  await expect(page.getByText('Logo saved')).toBeVisible()
  await page.getByRole('textbox', { name: 'Colour' }).fill('#1d6b4f')
  await page.getByRole('button', { name: 'Save reports' }).click()
  await expect(page.getByText('Reports saved')).toBeVisible()

  await page.goto(paths.report(msp, reportId))
  await expect.poll(() => isDrawn(page, 'looked after by Northfold IT')).toBe(true)
  await expectNoFaults(page)
  const reader = await openAs(browser, mia, { isConsole: false })
  await reader.goto(paths.portalReports(msp, 'kestrel-logistics', month))
  await expect.poll(() => isDrawn(reader, 'looked after by Northfold IT')).toBe(true)
  for (const [colorScheme, color] of [
    ['light', 'rgb(29, 107, 79)'],
    // By night the same green, lighter.
    ['dark', 'rgb(74, 137, 114)'],
  ] as const) {
    await reader.emulateMedia({ colorScheme })
    await expect(reader.locator('article dl').first()).toHaveCSS('border-top-color', color)
    await expectNoFaults(reader)
  }

  await page.goto(paths.company(msp))
  await logo.getByRole('button', { name: 'Remove logo' }).click()
  await expect(page.getByText('Logo removed')).toBeVisible()
  await page.getByRole('textbox', { name: 'Colour' }).fill('')
  await page.getByRole('button', { name: 'Save reports' }).click()
  await expect(page.getByText('Reports saved')).toBeVisible()
  await reader.reload()
  await expect(reader.getByRole('heading', { level: 1 })).toBeVisible()
  await expect(reader.getByRole('img', { name: 'looked after by Northfold IT' })).toHaveCount(0)
})
