import { formatMonth } from '../components/format.ts'
import { paths } from '../server/paths.ts'
import { insertReport } from '../server/reports/testing/insert-report.ts'
import { sampleReport } from '../server/reports/testing/sample-reports.ts'
import { expectNoFaults } from './_support/axe.ts'
import { mailsTo } from './_support/mail.ts'
import { mia, nora, openAs, signInAs } from './_support/sign-in.ts'
import { expect, test } from './_support/test.ts'

const msp = 'northfold'
/** So long ago that no schedule of this run counts it, and no other journey looks there. */
const month = '2023-02'
const name = formatMonth(month)
const kestrel = 'Kestrel Logistics'
const note = 'Both laptops of the yard are back.'
let reportId: string

test.beforeAll(async ({ records }) => {
  for (const client of [kestrel, 'Harbour Lane Surveyors']) {
    const at = await records.findClient(msp, client)
    const report = sampleReport({ month, client: { name: client, timeZone: 'America/New_York' } })
    const id = await records.factories.inMsp(at.mspId, (tx) => insertReport(tx, at, report, false))
    if (client === kestrel) reportId = id
  }
})

/** Mails about this month alone: other journeys send too. */
const mailsOfMonth = async () => (await mailsTo(mia.email)).filter(({ subject }) => subject.includes(name))

test('an owner looks at the mail, writes a note, sends; its link wants a sign-in and leads to the month; and again', async ({
  page,
  browser,
}) => {
  await signInAs(page, nora)
  await page.goto(paths.reports(msp, { month }))
  await page.getByRole('checkbox', { name: `Choose ${kestrel}` }).click()
  await expect(page.getByRole('button', { name: 'Send 1 report…' })).toBeVisible()
  await expectNoFaults(page)
  await page.getByRole('link', { name: kestrel }).click()
  await page.getByRole('textbox', { name: 'Note' }).fill(note)
  const preview = page.getByRole('region', { name: 'The mail' })
  await expect(preview).toContainText(note)
  await expect(preview).toContainText(mia.email)
  await page.getByRole('button', { name: 'Send to 1 manager' }).click()
  await expect.poll(async () => (await mailsOfMonth()).length, { timeout: 30_000 }).toBe(1)
  const [mail] = await mailsOfMonth()
  expect(mail?.text).toContain(note)
  const [link = ''] = mail?.text.match(/https?:\/\/\S+/) ?? []
  expect(new URL(link).pathname).toBe(paths.portalReports(msp, 'kestrel-logistics', month))

  const stranger = await browser.newContext()
  const unknown = await stranger.newPage()
  await unknown.goto(link)
  await expect(unknown).toHaveURL(/\/sign-in/)
  await expect(unknown.getByText(note)).toHaveCount(0)
  await stranger.close()

  const reader = await openAs(browser, mia, { isConsole: false })
  await reader.goto(new URL(link).pathname)
  await expect(reader.getByText(note)).toBeVisible()
  await reader.close()

  await expect(page.getByText(/^Sent /).last()).toBeVisible()
  await page.getByRole('button', { name: 'Send again' }).click()
  await expect.poll(async () => (await mailsOfMonth()).length, { timeout: 30_000 }).toBe(2)
  expect((await mailsOfMonth()).every(({ text }) => text.includes(note))).toBe(true)
})

test('each number leads to its formula and its rows, and a number that is not that of today says so', async ({
  page,
}) => {
  await signInAs(page, nora)
  await page.goto(paths.report(msp, reportId))
  await page.getByRole('link', { name: 'How each number is counted' }).click()
  await expect(page.getByRole('heading', { name: `How ${name} was counted for ${kestrel}` })).toBeVisible()
  await expectNoFaults(page)
  await page.getByRole('link', { name: /rows of Protected/ }).click()
  await expect(page.getByRole('heading', { name: 'Protected: 93' })).toBeVisible()
  // The sample names computers that never were: so nothing is behind it, and the page does not hide that.
  await expect(page.getByRole('note')).toContainText('The report says 93, and counted today it is 0')
  await expectNoFaults(page)
  await page.goto(paths.reportEvidence(msp, reportId))
  await page.getByRole('link', { name: 'Which personal data is held' }).click()
  await expect(page.getByRole('heading', { name: 'Personal data' })).toBeVisible()
  await expectNoFaults(page)
})

test('a client whose month nobody counted is named, and one click has it counted', async ({ page, records }) => {
  const forgotten = 'Brightwater Accountants'
  const { mspId, clientId } = await records.findClient(msp, forgotten)
  const came = (at: string) =>
    records.factories.inMsp(mspId, (tx) => tx`update clients set created_at = ${at} where id = ${clientId}`)
  await came('2023-01-10')
  await signInAs(page, nora)
  await page.goto(paths.reports(msp, { month }))
  const section = page.getByRole('region', { name: 'Not counted' })
  await expect(section).toContainText(`1 client has no report of ${name}.`)
  await expectNoFaults(page)
  await section.getByRole('button', { name: 'Count them' }).click()
  // It had no computer then.
  await expect(page.getByRole('row').filter({ hasText: forgotten })).toContainText('not yet', { timeout: 30_000 })
  await expect(section).toHaveCount(0)
  await expectNoFaults(page)
  await came(new Date().toISOString())
})
