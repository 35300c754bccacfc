import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { Factories } from '../../../db/factories.ts'
import { connectPools } from '../../../db/tenant.ts'
import { read } from '../../access.ts'
import { answerLogo } from '../../api/answer-logo.ts'
import { jobContext } from '../../auth/job-context.ts'
import { openTenancy, type TestCompany, testNow } from '../../auth/testing.ts'
import type { Context } from '../../context.ts'
import { openMailbox } from '../../members/testing.ts'
import { getPortalReport } from '../../portal/queries.ts'
import { getReportFile } from '../queries.ts'
import { insertReport } from '../testing/insert-report.ts'
import { readPdf } from '../testing/read-pdf.ts'
import { samplePng } from '../testing/sample-logos.ts'
import { sampleReport } from '../testing/sample-reports.ts'
import { findLook, getLogo } from './find-look.ts'
import { mailReports } from './mail-reports.ts'
import { saveLogo } from './save-logo.ts'
import { sendReports } from './send-reports.ts'

let tenancy: Awaited<ReturnType<typeof openTenancy>>
let factories: Factories
let mailbox: Awaited<ReturnType<typeof openMailbox>>
let company: TestCompany
let owner: Context
const job = (mspId: string) => jobContext(mspId, 'report', testNow)
beforeAll(async () => {
  tenancy = await openTenancy()
  connectPools({ jobs: tenancy.database.urls.app_worker })
  mailbox = await openMailbox()
  factories = new Factories(tenancy.database)
})
beforeEach(async () => {
  company = await tenancy.makeCompany()
  owner = (await company.makeMember('owner')).ctx
})
afterAll(async () => {
  await factories.close()
  await mailbox.close()
  await tenancy.close()
})

const logo = samplePng()
const png = logo.toString('base64')
const hashOf = async (ctx: Context) => {
  const [row] = await factories.inMsp(ctx.mspId, (tx) => tx`select logo_hash from report_settings`)
  return row?.logo_hash as string | null
}

test('a logo is set, shown to who reads reports or the portal, printed on what goes out from then on, and taken away', async () => {
  const { clientId, siteId } = await company.makeClient('Kestrel Logistics')
  const reader = (await company.makeMember('client-manager', [clientId])).ctx
  const ref = { mspId: company.mspId, clientId, siteId }
  const make = (month: string) =>
    factories.inMsp(company.mspId, (tx) => insertReport(tx, ref, { ...sampleReport(), month }, false))
  const [before, after] = [await make('2024-08'), await make('2024-09')]
  const pictures = async (reportId: string) =>
    (await readPdf((await getReportFile(reader, { reportId })).pdf)).pages
      .flatMap((page) => page.heard)
      .flatMap(({ alt }) => alt ?? [])
  await sendReports(owner, { reportIds: [before], note: '' })
  expect(await mailReports(job, testNow)).toBe(1)
  await saveLogo(owner, { png })
  const hash = (await hashOf(owner)) ?? ''
  await sendReports(owner, { reportIds: [after], note: '' })
  expect(await mailReports(job, testNow)).toBe(1)
  for (const ctx of [owner, reader]) expect((await getLogo(ctx, { hash })).equals(logo)).toBe(true)
  expect((await getPortalReport(reader, { month: '2024-09' })).msp.brand).toEqual({ accent: null, logoHash: hash })
  expect((await read(owner, 'report:read', findLook)).logo?.equals(logo)).toBe(true)
  await saveLogo(owner, { png: null })
  await expect(getLogo(owner, { hash })).rejects.toMatchObject({ code: 'not-found' })
  expect((await getPortalReport(reader, {})).msp.brand.logoHash).toBeNull()
  const name = sampleReport().msp.name
  expect(await pictures(before), 'what went out stays').not.toContain(name)
  expect(await pictures(after)).toContain(name)
})

test('nobody of another company gets it, nor who reads no reports; what is no logo is refused and changes nothing', async () => {
  await saveLogo(owner, { png })
  const hash = (await hashOf(owner)) ?? ''
  const stranger = (await (await tenancy.makeCompany()).makeMember('owner')).ctx
  await expect(getLogo(stranger, { hash })).rejects.toMatchObject({ code: 'not-found' })
  await expect(getLogo((await company.makeMember('billing')).ctx, { hash })).rejects.toMatchObject({
    code: 'forbidden',
  })
  const technician = (await company.makeMember('technician')).ctx
  await expect(saveLogo(technician, { png })).rejects.toMatchObject({ code: 'forbidden' })
  const longAgo = { ...owner, now: new Date(testNow.getTime() + 3_600_000) }
  await expect(saveLogo(longAgo, { png: null })).rejects.toMatchObject({ code: 'step-up' })
  for (const [bad, why] of [
    [Buffer.from('<svg onload="alert(1)"/>'), 'A logo is a PNG'],
    [logo.subarray(0, -5), 'This PNG is broken'],
  ] as const)
    await expect(saveLogo(owner, { png: bad.toString('base64') })).rejects.toMatchObject({
      code: 'invalid',
      message: why,
    })
  expect(await hashOf(owner)).toBe(hash)
})

test('at its door it is a picture that a browser may keep, and nothing without a session', async () => {
  const ask = (hash: string) =>
    answerLogo(new Request('http://127.0.0.1/'), { msp: company.slug, hash, findSignedIn: async () => null })
  expect((await ask('ab'.repeat(32))).status).toBe(401)
})
