import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { ClientRef } from '../../db/factories.ts'
import { usageDaily, usageDailyTotals } from '../../db/schema/billing.ts'
import { acrossTenants } from '../access.ts'
import { jobContext } from '../auth/job-context.ts'
import { archiveClient } from '../clients/archive-client.ts'
import { billingLists } from '../csv/billing-lists.ts'
import { readPdf } from '../reports/testing/read-pdf.ts'
import { personContext, type RolloutWorld, startRolloutWorld } from '../rollouts/testing.ts'
import { getBilling } from './get-billing.ts'
import { makeDueStatements } from './make-due-statements.ts'
import { daysOf, monthAfter } from './month.ts'
import { getStatementFile } from './statements.ts'
import { connectStripe } from './stripe-connection.ts'

let world: RolloutWorld
let mspId: string
let alder: ClientRef
let birch: ClientRef
beforeAll(async () => {
  world = await startRolloutWorld()
})
afterAll(() => world?.stop())

/** Years ahead, and another for each test: the sweep looks at every company of the database. */
let month = '2030-01'
const over = (minutes = 20) => new Date(Date.parse(`${monthAfter(month)}-01T00:00:00Z`) + minutes * 60_000)
beforeEach(async () => {
  month = monthAfter(month)
  mspId = await world.door.factories.makeMsp()
  await fillLedger()
})

/** Two clients of the company, with as many devices on each day of the month. */
async function fillLedger(): Promise<void> {
  const { factories } = world.door
  alder = await factories.makeClient(mspId, { name: 'Alder Dental' })
  birch = await factories.makeClient(mspId, { name: 'Birch Legal' })
  const counted = { [alder.clientId]: 30, [birch.clientId]: 61 }
  await acrossTenants('a ledger of a test', async (tx) => {
    for (const day of daysOf(month)) {
      await tx.insert(usageDailyTotals).values({ mspId, day, enrolledPeak: 91, activePeak: 91 })
      for (const [clientId, count] of Object.entries(counted))
        await tx.insert(usageDaily).values({ mspId, clientId, day, enrolledPeak: count, activePeak: count })
    }
  })
}

const owner = () => ({ ...personContext(mspId, { role: 'owner' }), now: over() })
const make = (now = over()) => makeDueStatements((id) => jobContext(id, 'billing'), now)
const fileOf = ({ clientId }: ClientRef, ctx = owner()) => getStatementFile(ctx, { client: clientId, month })
const hasStatements = async () =>
  (await getBilling(owner(), { month })).clients.map(({ name, hasStatement }) => `${name} ${hasStatement}`)

test('once the month is over each client has its statement, with the amount of the bill, and has it once', async () => {
  expect(await make(over(19))).toBe(0)
  expect(await hasStatements()).toEqual(['Birch Legal false', 'Alder Dental false'])
  expect(await make()).toBe(2)
  const { pdf, fileName } = await fileOf(alder)
  expect(fileName).toMatch(new RegExp(`-statement-${month}\\.pdf$`))
  const heard = (await readPdf(pdf)).pages.flatMap((page) => page.heard).map(({ text }) => text)
  // 91 devices, 25 of them free: €79.20, of which 30 of 91 are €26.11.
  expect(heard.find((text) => text.startsWith('€'))).toMatch(/^€26\.11 for /)
  expect(heard.join(' ')).not.toContain('Birch')
  expect(await hasStatements()).toEqual(['Birch Legal true', 'Alder Dental true'])
  await renameAndRecount()
  expect(await make(over(60))).toBe(0)
  expect((await fileOf(alder)).pdf.equals(pdf)).toBe(true)
})

/** What would make another statement, were one made now. */
async function renameAndRecount(): Promise<void> {
  await world.door.factories.inMsp(
    mspId,
    (tx) => tx`update clients set name = 'Aspen Dental' where id = ${alder.clientId}`,
  )
  await world.door.factories.across`update usage_daily set active_peak = 61, enrolled_peak = 61
    where client_id = ${alder.clientId}`
  expect((await getBilling(owner(), { month })).clients.map(({ name, cents }) => `${name} ${cents}`)).toEqual([
    'Aspen Dental 3960',
    'Birch Legal 3960',
  ])
}

test('random months: what the statements of a company say adds up to its bill, to the cent', async () => {
  const clients = [alder, birch]
  for (let one = 3; one <= 7; one++)
    clients.push(await world.door.factories.makeClient(mspId, { name: `Client ${one}` }))
  for (let round = 0; round < 3; round++) {
    month = monthAfter(month)
    const days = daysOf(month).filter(() => Math.random() < 0.9)
    await acrossTenants('a ledger of a test', async (tx) => {
      for (const day of days) {
        const counts = clients.map(({ clientId }) => ({ clientId, count: Math.floor(Math.random() * 80) }))
        const all = counts.reduce((sum, { count }) => sum + count, 0)
        await tx.insert(usageDailyTotals).values({ mspId, day, enrolledPeak: all, activePeak: all })
        for (const { clientId, count } of counts)
          if (count > 0)
            await tx.insert(usageDaily).values({ mspId, clientId, day, enrolledPeak: count, activePeak: count })
      }
    })
    await make()
    const bill = await getBilling(owner(), { month })
    let sum = 0
    for (const client of clients) {
      const heard = (await readPdf((await fileOf(client)).pdf)).pages.flatMap((page) => page.heard)
      sum += Number(
        heard
          .find(({ path }) => path === 'Document H1')
          ?.text.match(/^€([\d,.]+) for/)?.[1]
          ?.replaceAll(',', '')
          .replace('.', ''),
      )
    }
    expect(sum, JSON.stringify({ month, bill: bill.cents })).toBe(bill.cents)
    expect(sum).toBeGreaterThan(0)
  }
})

test('of a month that a trial falls into nothing is taken: on statement, bill and file, each with what it would have been', async () => {
  const [msp] = await world.door.factories.across`insert into msps (slug, name, created_at, trial_ends_at)
    values (${crypto.randomUUID()}, 'Northfold', now(), ${`${month}-02T12:00:00Z`}) returning id`
  mspId = msp?.id
  await fillLedger()
  connectStripe({ secretKey: 'sk_test', webhookSecrets: [], priceId: 'price', meterEventName: 'devices' })
  try {
    await make()
    const heard = (await readPdf((await fileOf(alder)).pdf)).pages.flatMap((page) => page.heard).map(({ text }) => text)
    expect(heard.find((text) => text.startsWith('€'))).toMatch(/^€0\.00 for /)
    expect(heard.join(' ')).toContain('without the trial it would be €26.11')
    expect(await getBilling(owner(), { month })).toMatchObject({ isFree: true, cents: 7_920 })
    const { rows } = await billingLists.usage.readPage(owner(), { month }, null)
    const cell = (row: readonly string[], head: string) => row[billingLists.usage.heads.indexOf(head)]
    const told = rows.map((row) => ['Client', 'Amount', 'Without a trial'].map((head) => cell(row, head)))
    expect(told).toEqual([
      ['Birch Legal', '0.00', '53.09'],
      ['Alder Dental', '0.00', '26.11'],
    ])
  } finally {
    connectStripe(null)
  }
})

test('an archived client has none made, and what it had is not handed out', async () => {
  await archiveClient(personContext(mspId, { role: 'owner' }), {
    clientId: birch.clientId,
    reason: '',
    abortRollouts: 0,
  })
  expect(await make()).toBe(1)
  await expect(fileOf(birch)).rejects.toMatchObject({ code: 'not-found' })
  await archiveClient(personContext(mspId, { role: 'owner' }), {
    clientId: alder.clientId,
    reason: '',
    abortRollouts: 0,
  })
  await expect(fileOf(alder)).rejects.toMatchObject({ code: 'not-found' })
})

test('another company finds nothing, a technician is refused, and nobody changes one', async () => {
  await make()
  const other = await world.door.factories.makeMsp()
  await expect(fileOf(alder, personContext(other, { role: 'owner' }))).rejects.toMatchObject({ code: 'not-found' })
  await expect(fileOf(alder, personContext(mspId, { role: 'technician' }))).rejects.toMatchObject({ code: 'forbidden' })
  const ofOne = personContext(mspId, { role: 'billing', clients: [alder.clientId] })
  await expect(fileOf(alder, ofOne)).rejects.toMatchObject({ code: 'forbidden' })
  await expect(fileOf(alder, personContext(mspId, { role: 'billing' }))).resolves.toBeDefined()
  const byWorker = world.door.factories.inMsp(mspId, (tx) => tx.unsafe(`update statements set pdf = ''`))
  await expect(byWorker).rejects.toThrow('permission denied')
  const byOwner = world.door.database.owner.begin(async (tx) => {
    await tx.unsafe('alter table statements no force row level security')
    await tx.unsafe(`update statements set pdf = ''`)
  })
  await expect(byOwner).rejects.toThrow('is append-only')
})
