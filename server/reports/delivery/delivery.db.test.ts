import { createServer, type Server } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { Factories } from '../../../db/factories.ts'
import { connectPools } from '../../../db/tenant.ts'
import { jobContext } from '../../auth/job-context.ts'
import { openTenancy, type TestCompany, testNow } from '../../auth/testing.ts'
import type { Context } from '../../context.ts'
import { connectMail } from '../../mail/gateway.ts'
import { openMailbox } from '../../members/testing.ts'
import { getPortalReport } from '../../portal/queries.ts'
import { correctReport } from '../correct-report.ts'
import { getReportFile, listReports } from '../queries.ts'
import { saveReportSettingsSchema } from '../schema.ts'
import { insertReport } from '../testing/insert-report.ts'
import { readPdf } from '../testing/read-pdf.ts'
import { sampleReport } from '../testing/sample-reports.ts'
import { getDelivery } from './get-delivery.ts'
import { mailReports } from './mail-reports.ts'
import { releaseDueReports } from './release-due-reports.ts'
import { resendReport } from './resend-report.ts'
import { mostTries } from './rules.ts'
import { saveReportSettings } from './save-report-settings.ts'
import { sendReports } from './send-reports.ts'
import { stopSending } from './stop-sending.ts'

let tenancy: Awaited<ReturnType<typeof openTenancy>>
let factories: Factories
let mailbox: Awaited<ReturnType<typeof openMailbox>>
let company: TestCompany
let owner: Context
beforeAll(async () => {
  tenancy = await openTenancy()
  connectPools({ jobs: tenancy.database.urls.app_worker })
  factories = new Factories(tenancy.database)
  mailbox = await openMailbox()
})
beforeEach(async () => {
  company = await tenancy.makeCompany()
  owner = (await company.makeMember('owner')).ctx
  mailbox.reconnect()
})
afterAll(async () => {
  await factories.close()
  await mailbox.close()
  await tenancy.close()
})

const minuteMs = 60_000
const job = (mspId: string) => jobContext(mspId, 'report', testNow)
const after = (minutes: number) => new Date(testNow.getTime() + minutes * minuteMs)
const mail = (minutes = 0) => mailReports(job, after(minutes))

/** A client with a manager and a report that nobody sent. */
async function makeReported(name: string, hasManager = true) {
  const { clientId } = await company.makeClient(name)
  const at = { mspId: company.mspId, clientId, siteId: '' }
  const report = sampleReport({ client: { name, timeZone: 'Europe/Berlin' } })
  const reportId = await factories.inMsp(company.mspId, (tx) => insertReport(tx, at, report, false))
  const manager = hasManager ? await company.makeMember('client-manager', [clientId]) : null
  return { clientId, reportId, report, email: manager?.email ?? '', reader: manager?.ctx ?? owner }
}
const states = async (reportId: string) =>
  (await getDelivery(owner, { reportId })).mails.map(({ state, tries, fault }) => ({ state, tries, fault }))

/** A mail server that answers one command so, after this time, and everything else with yes. `hangUp`: it goes away instead of answering. */
async function withServer(
  command: string,
  answer: string | 'hang up',
  work: () => Promise<unknown>,
  waitMs = 0,
): Promise<void> {
  let isData = false
  const server: Server = createServer((socket) => {
    socket.on('error', () => {})
    socket.write('220 here\r\n')
    socket.on('data', (bytes) => {
      const text = bytes.toString()
      const isAsked = isData ? command === 'END' : text.startsWith(command)
      if (isAsked && answer === 'hang up') return socket.destroy()
      if (isAsked) return setTimeout(() => socket.write(`${answer}\r\n`), waitMs)
      const begins = !isData && text.startsWith('DATA')
      isData = begins
      return socket.write(begins ? '354 go on\r\n' : '250 yes\r\n')
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : 0
  connectMail({ url: `smtp://127.0.0.1:${port}`, from: 'p@test.example', publicUrl: 'http://127.0.0.1:3000' })
  await work().finally(() => mailbox.reconnect())
  await new Promise<void>((done) => server.close(() => done()))
}

describe('a report that is sent', () => {
  test('goes to the managers of its client, with its sentences, the note and one link; until then the client sees nothing', async () => {
    const { reportId, email, reader, report } = await makeReported('Kestrel Logistics')
    const other = await makeReported('Harbour Lane')
    expect((await getPortalReport(reader, {})).report).toBeNull()
    await expect(getPortalReport(reader, { month: report.month })).rejects.toMatchObject({ code: 'not-found' })
    await expect(getReportFile(reader, { reportId })).rejects.toMatchObject({ code: 'not-found' })
    const preview = await getDelivery(owner, { reportId })
    expect(preview).toMatchObject({ sending: null, mails: [], managers: [{ email }], can: { send: { can: true } } })
    expect(await sendReports(owner, { reportIds: [reportId], note: 'Two laptops were away.' })).toEqual({
      sent: 1,
      left: [],
    })
    // Somebody let it go; the worker has not made its file yet.
    expect((await getPortalReport(reader, {})).report).toBeNull()
    expect(await mail()).toBe(1)
    expect(await mail(60), 'a second round').toBe(0)
    const [got, ...more] = mailbox.mailsTo(email)
    expect(more).toEqual([])
    expect(got?.subject).toBe(`Report of August 2024 for Kestrel Logistics, from MSP ${company.slug}`)
    expect(got?.text).toContain('Two laptops were away.')
    expect(got?.text.replace(/\s+/g, ' ')).toContain('93 of your 96 computers')
    expect(mailbox.linksIn(got?.text ?? '')).toEqual([preview.letter.link])
    expect(preview.letter.link).toMatch(/\/portal\/[^/]+\/kestrel-logistics\/reports\/2024-08$/)
    expect((await getPortalReport(reader, {})).report).toMatchObject({ id: reportId, note: 'Two laptops were away.' })
    const { pdf } = await getReportFile(reader, { reportId })
    expect(JSON.stringify((await readPdf(pdf)).pages)).toContain('Two laptops were away.')
    expect(mailbox.mailsTo(other.email)).toEqual([])
    expect((await getPortalReport(other.reader, {})).report).toBeNull()
    expect(await states(reportId)).toEqual([{ state: 'sent', tries: 1, fault: '' }])
    const { rows } = await listReports(owner, {})
    expect(rows.find((row) => row.id === reportId)?.delivery).toMatchObject({ sent: 1, wanted: 1, open: 0 })
  })

  test('names cannot put a second link into it, nor can the note', async () => {
    const { reportId, email } = await makeReported('Win at evil.example')
    await sendReports(owner, { reportIds: [reportId], note: 'Look at https://evil.example/x or www.evil.example' })
    await mail()
    const [got] = mailbox.mailsTo(email)
    expect(mailbox.linksIn(got?.text ?? '')).toHaveLength(1)
    expect(got?.text).not.toContain('evil.example')
  })

  test('is sent once, also by two at once, and again when somebody asks, to whom it concerns today', async () => {
    const { reportId, email, clientId } = await makeReported('Twice')
    const asked = { reportIds: [reportId], note: '' }
    await expect(resendReport(owner, { reportId })).rejects.toThrow('It was not sent yet.')
    const results = await Promise.allSettled([sendReports(owner, asked), sendReports(owner, asked)])
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    await expect(sendReports(owner, asked)).rejects.toThrow('It was sent already.')
    await expect(resendReport(owner, { reportId })).rejects.toThrow('still on its way')
    await mail()
    expect(mailbox.mailsTo(email)).toHaveLength(1)
    const late = await company.makeMember('client-manager', [clientId])
    const again = await Promise.allSettled(Array.from({ length: 4 }, () => resendReport(owner, { reportId })))
    expect(again.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    await mail()
    expect([mailbox.mailsTo(email).length, mailbox.mailsTo(late.email).length]).toEqual([2, 1])
  })

  test('nobody who may not sends one, and another company finds none', async () => {
    const { reportId, reader } = await makeReported('Closed')
    const { ctx } = await company.makeMember('read-only')
    const stranger = (await (await tenancy.makeCompany()).makeMember('owner')).ctx
    for (const [who, code] of [
      [ctx, 'forbidden'],
      [reader, 'forbidden'],
      [stranger, 'not-found'],
    ] as const)
      await expect(sendReports(who, { reportIds: [reportId], note: '' })).rejects.toMatchObject({ code })
  })
})

describe('many at once', () => {
  test('those that cannot go are named; more than ten want a proof', async () => {
    const [one, two] = [await makeReported('One'), await makeReported('Two')]
    const alone = await makeReported('Alone', false)
    const input = { reportIds: [one.reportId, two.reportId, alone.reportId], note: '' }
    expect(await sendReports(owner, input)).toEqual({
      sent: 2,
      left: [{ client: 'Alone', why: expect.stringContaining('no manager') }],
    })
    await expect(sendReports(owner, { reportIds: [alone.reportId], note: '' })).rejects.toThrow('no manager')
    const stale = { ...owner, actor: { ...owner.actor, provedAt: null } } as Context
    const many: string[] = []
    for (let place = 0; place < 11; place++) many.push((await makeReported(`Client ${place}`, false)).reportId)
    await expect(sendReports(stale, { reportIds: many, note: '' })).rejects.toMatchObject({ code: 'step-up' })
    expect((await sendReports(stale, { reportIds: many.slice(1), note: '' })).left).toHaveLength(10)
    expect(await mail()).toBe(2)
  })

  test('what has not left can be stopped, and its client sees nothing', async () => {
    const { reportId, email, reader } = await makeReported('Stopped')
    await sendReports(owner, { reportIds: [reportId], note: '' })
    expect(await stopSending(owner, { month: '2024-08' })).toEqual({ stopped: 1 })
    expect(await mail()).toBe(0)
    expect(mailbox.mailsTo(email)).toEqual([])
    expect((await getPortalReport(reader, {})).report).toBeNull()
    await resendReport(owner, { reportId })
    expect(await mail()).toBe(1)
  })
})

describe('a mail', () => {
  test('that the server puts off goes later, once', async () => {
    const { reportId, email } = await makeReported('Later')
    await sendReports(owner, { reportIds: [reportId], note: '' })
    await withServer('RCPT', '451 not now', async () => expect(await mail()).toBe(0))
    expect(await states(reportId)).toEqual([
      { state: 'waiting', tries: 1, fault: 'Not sent: the mail server did not take the mail.' },
    ])
    expect(await mail(), 'before its time').toBe(0)
    expect(await mail(1)).toBe(1)
    expect(await mail(120)).toBe(0)
    expect(mailbox.mailsTo(email)).toHaveLength(1)
    expect(await states(reportId)).toEqual([{ state: 'sent', tries: 2, fault: '' }])
  })

  test('that the server puts off each time is given up some day, and the log has its first try and its last', async () => {
    const { reportId, clientId } = await makeReported('Never')
    await sendReports(owner, { reportIds: [reportId], note: '' })
    const ofClient = factories.inMsp.bind(factories, company.mspId)
    const puttingOff = (minutes: number) => withServer('RCPT', '451 not now', () => mail(minutes))
    await puttingOff(0)
    await puttingOff(60)
    await ofClient((tx) => tx`update report_mails set tries = ${mostTries - 1} where client_id = ${clientId}`)
    await puttingOff(120)
    expect(await states(reportId)).toMatchObject([{ state: 'stopped', tries: mostTries }])
    const told = await factories.inMsp(
      company.mspId,
      (tx) => tx<{ state: string | null }[]>`select changes->>'state' as state from audit_records
        where client_id = ${clientId} and action = 'report:mail' order by id`,
    )
    expect(told.map(({ state }) => state)).toEqual(['waiting', 'stopped'])
    await resendReport(owner, { reportId })
    expect(await mail(180)).toBe(1)
  })

  test('of a report that was replaced meanwhile does not leave', async () => {
    const { reportId, clientId, email } = await makeReported('Replaced')
    await sendReports(owner, { reportIds: [reportId], note: '' })
    await factories.inMsp(
      company.mspId,
      (tx) => tx`insert into reports (msp_id, client_id, month, revision, document, content_hash, counted_at, made_by)
        select msp_id, client_id, month, 2, document, content_hash, counted_at, made_by from reports where client_id = ${clientId}`,
    )
    expect(await mail()).toBe(0)
    expect(mailbox.mailsTo(email)).toEqual([])
    expect(await states(reportId)).toMatchObject([{ state: 'stopped', fault: 'It was replaced.' }])
  })

  test('that was settled meanwhile stays so, whatever a late worker finds', async () => {
    const { reportId, clientId } = await makeReported('Settled')
    await sendReports(owner, { reportIds: [reportId], note: '' })
    // While this worker talks to a server that puts it off, another one holds it for gone.
    await withServer(
      'RCPT',
      '451 not now',
      async () => {
        const round = mail()
        await vi.waitFor(async () => expect(await states(reportId)).toMatchObject([{ state: 'sending' }]))
        await factories.inMsp(
          company.mspId,
          (tx) => tx`update report_mails set state = 'unsure' where client_id = ${clientId}`,
        )
        await round
      },
      500,
    )
    expect(await states(reportId)).toMatchObject([{ state: 'unsure' }])
  })

  test('waits where there is no mail server at all', async () => {
    const { reportId } = await makeReported('Down')
    await sendReports(owner, { reportIds: [reportId], note: '' })
    mailbox.disconnect()
    expect(await mail()).toBe(0)
    expect(await states(reportId)).toMatchObject([{ state: 'waiting', fault: expect.stringContaining('MAIL_URL') }])
    mailbox.reconnect()
    expect(await mail(1)).toBe(1)
  })

  test('that may have arrived is not tried again by itself', async () => {
    const { reportId } = await makeReported('Unsure')
    await sendReports(owner, { reportIds: [reportId], note: '' })
    await withServer('END', 'hang up', async () => expect(await mail()).toBe(0))
    expect(await states(reportId)).toMatchObject([{ state: 'unsure', tries: 1 }])
    expect(await mail(600)).toBe(0)
  })

  test('whose worker was killed with it in hand is not sent a second time', async () => {
    const { reportId, email } = await makeReported('Killed')
    await sendReports(owner, { reportIds: [reportId], note: '' })
    const claimed = { state: 'sending', tries: 1, next_at: after(2) }
    await factories.inMsp(company.mspId, (tx) => tx`update report_mails set ${tx(claimed)}`)
    expect(await mail(1), 'the worker may still be at it').toBe(0)
    expect(await states(reportId)).toMatchObject([{ state: 'sending' }])
    expect(await mail(3)).toBe(0)
    expect(await states(reportId)).toMatchObject([
      { state: 'unsure', fault: expect.stringContaining('may have arrived') },
    ])
    expect(mailbox.mailsTo(email)).toEqual([])
  })

  test('leaves once, however many workers there are', async () => {
    const { reportId, email } = await makeReported('Crowd')
    await sendReports(owner, { reportIds: [reportId], note: '' })
    const rounds = await Promise.all([mail(), mail(), mail()])
    expect(rounds.reduce((sum, one) => sum + one)).toBe(1)
    expect(mailbox.mailsTo(email)).toHaveLength(1)
  })

  test('does not go to who is no manager there any more', async () => {
    const { reportId, email, clientId } = await makeReported('Left')
    await sendReports(owner, { reportIds: [reportId], note: '' })
    await factories.inMsp(company.mspId, (tx) => tx`delete from member_clients where client_id = ${clientId}`)
    expect(await mail()).toBe(0)
    expect(mailbox.mailsTo(email)).toEqual([])
    expect(await states(reportId)).toMatchObject([{ state: 'stopped' }])
  })
})

test('by itself goes what was counted since the MSP chose so, after its days', async () => {
  const { reportId, email, clientId } = await makeReported('By itself')
  const release = (days: number) =>
    releaseDueReports(job, new Date(Date.parse('2024-09-01T05:00:00Z') + days * 24 * 60 * minuteMs))
  expect(await release(30), 'nothing goes by itself unless somebody chose so').toBe(0)
  const set = (days: number | null, since: string) =>
    saveReportSettings({ ...owner, now: new Date(since) }, { sendAfterDays: days, accent: '#1d6b4f' })
  await set(3, '2024-09-02T00:00:00Z')
  expect(await release(30), 'it was counted before').toBe(0)
  await set(null, '2024-07-02T00:00:00Z')
  await set(3, '2024-08-02T00:00:00Z')
  expect(await release(2.9)).toBe(0)
  const month = '2024-08'
  await correctReport(owner, { clientId, month, reason: 'A computer was counted twice' })
  expect(await release(3), 'its correction is on the way').toBe(0)
  await factories.inMsp(company.mspId, (tx) => tx`update report_corrections set done_at = now(), fault = 'Broken'`)
  expect(await release(3)).toBe(1)
  expect(await release(4)).toBe(0)
  await mail()
  expect(mailbox.mailsTo(email)).toHaveLength(1)
  expect((await getDelivery(owner, { reportId })).sending?.askedBy).toBe('Patchward (report)')
})

test('a colour in which words could not be read on white is refused', () => {
  const fits = (accent: string) => saveReportSettingsSchema.safeParse({ sendAfterDays: null, accent }).success
  expect(['#1d6b4f', '#FFEE00', '#777777', 'red', '#12345'].map(fits)).toEqual([true, false, false, false, false])
})
