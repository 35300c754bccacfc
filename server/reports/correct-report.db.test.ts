import { afterAll, beforeAll, expect, test } from 'vitest'
import { Factories } from '../../db/factories.ts'
import { connectPools } from '../../db/tenant.ts'
import { jobContext } from '../auth/job-context.ts'
import { openTenancy, type TestCompany } from '../auth/testing.ts'
import { changeClient } from '../clients/change-client.ts'
import type { Context } from '../context.ts'
import { openMailbox } from '../members/testing.ts'
import { getPortalReport } from '../portal/queries.ts'
import { correctReport } from './correct-report.ts'
import { countAskedReports } from './count-asked-reports.ts'
import { countMissingReports } from './count-missing-reports.ts'
import { getDelivery } from './delivery/get-delivery.ts'
import { mailReports } from './delivery/mail-reports.ts'
import { sendReports } from './delivery/send-reports.ts'
import { freezeReport } from './freeze-report.ts'
import { boundsOf, dueMonth } from './months.ts'
import { getReport, getReportFile, listReports } from './queries.ts'
import { readPdf } from './testing/read-pdf.ts'

/** Months of the database's own clock: of one before devices were kept nothing can be counted. */
const zone = 'Europe/Berlin'
const month = dueMonth(new Date(), zone)
const { dueAt } = boundsOf(month, zone)
const now = new Date(dueAt.getTime() + 5 * 24 * 3_600_000)
const job = (mspId: string) => jobContext(mspId, 'report', now)

let tenancy: Awaited<ReturnType<typeof openTenancy>>
let factories: Factories
let mailbox: Awaited<ReturnType<typeof openMailbox>>
let company: TestCompany
let owner: Context
let reader: Context
let email: string
let clientId: string
beforeAll(async () => {
  tenancy = await openTenancy()
  connectPools({ jobs: tenancy.database.urls.app_worker })
  factories = new Factories(tenancy.database)
  mailbox = await openMailbox()
  company = await tenancy.makeCompany()
  owner = { ...(await company.makeMember('owner')).ctx, now }
  clientId = (await company.makeClient('Kestrel Logistics')).clientId
  const manager = await company.makeMember('client-manager', [clientId])
  reader = { ...manager.ctx, now }
  email = manager.email
})
afterAll(async () => {
  await factories.close()
  await mailbox.close()
  await tenancy.close()
})

const newest = async () => {
  const { rows } = await listReports(owner, { month, clientId })
  if (!rows[0]) throw new Error('no report')
  return rows[0]
}
const reason = 'Two computers were counted twice'

test('a month that is counted again is a new revision, which says so everywhere; the old one stays and is marked', async () => {
  await freezeReport({ ...job(company.mspId), now: dueAt }, { clientId, month })
  const first = await newest()
  await sendReports(owner, { reportIds: [first.id], note: '' })
  await mailReports(job, now)
  await correctReport(owner, { clientId, month, reason })
  await expect(correctReport(owner, { clientId, month, reason })).rejects.toMatchObject({ code: 'conflict' })
  expect((await getDelivery(owner, { reportId: first.id })).recounts).toMatchObject([{ reason, doneAt: null }])
  expect(await countAskedReports(job, now)).toBe(1)
  expect(await countAskedReports(job, now), 'a second round').toBe(0)
  const second = await newest()
  expect([first.revision, second.revision]).toEqual([1, 2])
  const page = await getReport(owner, { reportId: second.id })
  expect(page.correctionSentence).toMatch(/^This replaces revision 1 of .+: Two computers were counted twice\.$/)
  expect(page.replacedBy).toBeNull()
  expect((await getReport(owner, { reportId: first.id })).replacedBy).toEqual({ id: second.id, revision: 2 })
  // Until it is sent, the client reads what was sent before.
  expect((await getPortalReport(reader, { month })).report).toMatchObject({ id: first.id, replacedBy: null })
  await expect(sendReports(owner, { reportIds: [first.id], note: '' })).rejects.toThrow('It was replaced')
  await sendReports(owner, { reportIds: [second.id], note: 'Sorry.' })
  await mailReports(job, now)
  expect((await getPortalReport(reader, { month })).report).toMatchObject({ id: second.id, note: 'Sorry.' })
  const [mail] = mailbox.mailsTo(email)
  expect(mail?.subject).toMatch(/^Corrected report of /)
  expect(mail?.text.replace(/\s+/g, ' ')).toContain(page.correctionSentence)
  const pdf = JSON.stringify((await readPdf((await getReportFile(reader, { reportId: second.id })).pdf)).pages)
  expect(pdf).toContain('This replaces revision 1')
  expect(pdf).toContain('Sorry.')
})

test('a month that nobody counted is counted as its first revision; one that is not over is refused', async () => {
  const late = await company.makeClient('Late')
  await correctReport(owner, { clientId: late.clientId, month, reason })
  expect(await countAskedReports(job, now)).toBe(1)
  const { rows } = await listReports(owner, { month, clientId: late.clientId })
  expect(rows).toMatchObject([{ revision: 1 }])
  expect((await getReport(owner, { reportId: rows[0]?.id ?? '' })).correctionSentence).toBe('')
  const early = { ...owner, now: new Date(boundsOf(month, zone).to.getTime() - 1) }
  await expect(correctReport(early, { clientId, month, reason })).rejects.toThrow('The month is not over there.')
})

test('clients that nobody counted are told by name, and one click has them all counted', async () => {
  const inCompany = factories.inMsp.bind(factories, company.mspId)
  const [slept, asked] = [await company.makeClient('Slept'), await company.makeClient('Slept too')]
  const names = async (at = now) =>
    (await listReports({ ...owner, now: at }, { month })).uncounted.map(({ client, isAsked }) => [client.name, isAsked])
  const came = (at: Date) =>
    inCompany((tx) => tx`update clients set created_at = ${at} where id in ${tx([slept.clientId, asked.clientId])}`)
  await came(boundsOf(month, zone).to)
  expect(await names(), 'clients that came after the month').toEqual([])
  await came(new Date(boundsOf(month, zone).to.getTime() - 1))
  expect(await names(dueAt), 'still in time').toEqual([])
  expect(await names()).toEqual([
    ['Slept', false],
    ['Slept too', false],
  ])
  const limited = (await company.makeMember('technician', [asked.clientId])).ctx
  expect((await listReports({ ...limited, now }, { month })).uncounted).toMatchObject([
    { client: { name: 'Slept too' } },
  ])
  await expect(
    countMissingReports({ ...(await company.makeMember('read-only')).ctx, now }, { month }),
  ).rejects.toMatchObject({ code: 'forbidden' })
  expect(await countMissingReports({ ...limited, now }, { month })).toEqual({ asked: 1 })
  expect(await names()).toEqual([
    ['Slept', false],
    ['Slept too', true],
  ])
  // Clicks at the same moment ask once; the connections are there before, so that none waits for its own.
  const eight = Array.from({ length: 8 })
  await Promise.all(eight.map(() => listReports(owner, { month })))
  const clicks = await Promise.all(eight.map(() => countMissingReports(owner, { month })))
  expect(clicks.reduce((sum, click) => sum + click.asked, 0)).toBe(1)
  expect(await countAskedReports(job, now)).toBe(2)
  expect(await names()).toEqual([])
  const { rows } = await listReports(owner, { month, clientId: slept.clientId })
  expect(rows).toMatchObject([{ revision: 1 }])
})

test('a month is counted again in the zone it was first counted in', async () => {
  const moved = await company.makeClient('Moved')
  await freezeReport({ ...job(company.mspId), now: dueAt }, { clientId: moved.clientId, month })
  await changeClient(owner, { clientId: moved.clientId, name: 'Moved', timeZone: 'Pacific/Auckland' })
  await correctReport(owner, { clientId: moved.clientId, month, reason })
  expect(await countAskedReports(job, now)).toBe(1)
  const inCompany = factories.inMsp.bind(factories, company.mspId)
  const zones = await inCompany(
    (tx) => tx`select revision, document::json -> 'client' ->> 'timeZone' as zone, document::json ->> 'from' as from
      from reports where client_id = ${moved.clientId} order by revision`,
  )
  const from = boundsOf(month, zone).from.toISOString()
  expect(zones).toMatchObject([
    { revision: 1, zone, from },
    { revision: 2, zone, from },
  ])
})

test('what cannot be counted says why, and is not tried for ever', async () => {
  const gone = await company.makeClient('Gone')
  await correctReport(owner, { clientId: gone.clientId, month, reason })
  const inCompany = factories.inMsp.bind(factories, company.mspId)
  await inCompany((tx) => tx`update clients set archived_at = now() where id = ${gone.clientId}`)
  expect(await countAskedReports(job, now)).toBe(0)
  const rows = await inCompany(
    (tx) => tx`select fault, done_at from report_corrections where client_id = ${gone.clientId}`,
  )
  expect(rows).toMatchObject([{ fault: 'This client was not found', done_at: now }])
})

test('who may not correct is refused, and another company finds no client', async () => {
  const { ctx } = await company.makeMember('read-only')
  await expect(correctReport({ ...ctx, now }, { clientId, month, reason })).rejects.toMatchObject({ code: 'forbidden' })
  const stranger = (await (await tenancy.makeCompany()).makeMember('owner')).ctx
  await expect(correctReport({ ...stranger, now }, { clientId, month, reason })).rejects.toMatchObject({
    code: 'not-found',
  })
})
