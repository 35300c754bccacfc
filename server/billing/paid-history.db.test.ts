import { createHash, randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ClientRef } from '../../db/factories.ts'
import { jobContext } from '../auth/job-context.ts'
import { exampleFacts } from '../device-api/test-device.ts'
import { moveDevice } from '../devices/move-device.ts'
import { retireDevice } from '../devices/retire-device.ts'
import { ingest } from '../ingest.ts'
import { personContext } from '../rollouts/testing.ts'
import { countUsage } from './count-usage.ts'
import { followEvents, hearMissedEvents } from './follow-events.ts'
import { getBilling } from './get-billing.ts'
import { getSubscription } from './get-subscription.ts'
import { checkMeter, sendMeter } from './send-meters.ts'
import { subscribe } from './subscribe.ts'
import { type PayingWorld, returnPath, startPayingWorld } from './testing/paying-world.ts'
import { centsOf, type Fact, RawHistory } from './testing/raw-history.ts'
import { readLedger } from './testing.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs
const firstMs = Date.parse('2027-03-01')
const months = ['2027-03', '2027-04'] as const
const dayCount = 61
const clientNames = ['alder', 'birch'] as const

let paying: PayingWorld
beforeAll(async () => {
  paying = await startPayingWorld(new Date(firstMs))
})
afterAll(() => paying?.stop())

/** What happens to devices; a number chooses one by its remainder, and `many` go on from there. */
type Step =
  | { kind: 'enrol'; client: number; many: number }
  | { kind: 'retire' | 'silence' | 'return' | 'reinstall'; device: number; many: number }
  | { kind: 'move'; device: number; many: number; client: number }
const device = fc.nat(40)
const many = fc.integer({ min: 1, max: 12 })
const client = fc.nat(clientNames.length - 1)
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('enrol'), client, many }) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constantFrom('retire', 'silence', 'silence', 'return', 'reinstall'),
      device,
      many,
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('move'), device, client, many }) },
)
/** Most days nothing happens; now and then nobody counts, and every third night nobody tells the meter. */
const day = fc.record({
  steps: fc.oneof(
    { weight: 3, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(step, { minLength: 1, maxLength: 2 }) },
  ),
  isMissed: fc.integer({ min: 0, max: 14 }).map((drawn) => drawn === 14),
  isAsleep: fc.integer({ min: 0, max: 2 }).map((drawn) => drawn === 2),
})
/** The company begins with so many. */
const histories = fc.record({
  first: fc.integer({ min: 10, max: 40 }),
  days: fc.array(day, { minLength: dayCount, maxLength: dayCount }),
})

interface Device {
  deviceId: string
  hostName: string
  /** The place of its client. */
  client: number
  counter: number
  isRetired: boolean
  isSilent: boolean
}

/** A company whose devices live by the real verbs, and beside it what happened to them in plain words. */
async function startCompany(from: Date) {
  const { door } = paying.world
  const mspId = await paying.makeMsp(new Date('2027-02-20T12:00:00Z'))
  const clients: (ClientRef & { tokenHash: string })[] = []
  for (const name of clientNames) {
    const made = await door.factories.makeClient(mspId, { name })
    const token = await door.factories.makeToken(made, { uses: 10_000, expiresAt: new Date('2028-01-01') })
    clients.push({ ...made, tokenHash: createHash('sha256').update(token).digest('hex') })
  }
  const history = new RawHistory()
  const devices: Device[] = []
  const ownerAt = (atMs: number) => personContext(mspId, { role: 'owner', now: new Date(atMs) })
  const noteIt = (atMs: number, kind: Fact['kind'], each: Device) =>
    history.facts.push({ atMs, kind, device: devices.indexOf(each), client: clientNames[each.client] })
  const refOf = (place: number) => clients[place] ?? expect.fail('a client')

  async function see(atMs: number, seen: readonly Device[]): Promise<void> {
    const items = seen.map((each) => ({ deviceId: each.deviceId, counter: ++each.counter }))
    if (items.length > 0) await ingest('use-counters', { at: new Date(atMs), items })
    for (const each of seen) noteIt(atMs, 'seen', each)
  }
  async function enrol(atMs: number, place: number, hostName: string): Promise<void> {
    const facts = { ...exampleFacts(), hostName }
    const publicKey = randomBytes(32).toString('base64')
    const { tokenHash } = refOf(place)
    const [row] = await ingest('enrol', { at: new Date(atMs), tokenHash, publicKey, facts })
    const deviceId = row?.device_id ?? expect.fail('not enrolled')
    const made = { deviceId, hostName, client: place, counter: 0, isRetired: false, isSilent: false }
    devices.push(made)
    noteIt(atMs, 'enrolled', made)
  }
  async function enrolMany(atMs: number, place: number, count: number): Promise<void> {
    for (let each = 0; each < count; each++) await enrol(atMs, place, `pc-${devices.length}`)
  }

  async function retire(atMs: number, each: Device): Promise<void> {
    await retireDevice(ownerAt(atMs), { deviceId: each.deviceId, reason: 'Scrapped' })
    each.isRetired = true
    noteIt(atMs, 'retired', each)
  }
  async function move(atMs: number, each: Device, to: number): Promise<void> {
    if (each.client === to) return
    const { clientId, siteId } = refOf(to)
    await moveDevice(ownerAt(atMs), { deviceId: each.deviceId, clientId, siteId, keepTags: true, reason: 'Sold' })
    each.client = to
    noteIt(atMs, 'moved', each)
  }

  async function take(atMs: number, happens: Step): Promise<void> {
    if (happens.kind === 'enrol') return enrolMany(atMs, happens.client, happens.many)
    const standing = devices.filter(({ isRetired }) => !isRetired)
    const turned = [...standing, ...standing].slice(happens.device % Math.max(1, standing.length))
    for (const each of turned.slice(0, Math.min(happens.many, standing.length)))
      switch (happens.kind) {
        case 'retire':
          await retire(atMs, each)
          break
        case 'silence':
          each.isSilent = true
          break
        case 'return':
          each.isSilent = false
          break
        case 'move':
          await move(atMs, each, happens.client)
          break
        case 'reinstall':
          // The same machine with a new key: what it was before is never heard of again, until somebody retires it or its 30 days are over.
          each.isSilent = true
          await enrol(atMs, each.client, each.hostName)
      }
  }

  await subscribe(ownerAt(from.getTime()), { returnPath })
  paying.finishCheckout()
  return {
    mspId,
    history,
    ownerAt,
    enrolFirst: (atMs: number, count: number) => enrolMany(atMs, 0, count),
    names: Object.fromEntries(clients.map(({ clientId }, place) => [clientId, clientNames[place] ?? ''])),
    /** At eight all who are not silent check in, at noon things happen; they are counted before and after. */
    async liveDay(startMs: number, { steps, isMissed }: { steps: readonly Step[]; isMissed: boolean }) {
      await see(
        startMs + 8 * hourMs,
        devices.filter(({ isRetired, isSilent }) => !isRetired && !isSilent),
      )
      const look = async (atMs: number) => {
        if (isMissed) return
        await countUsage(new Date(atMs))
        history.looks.push(atMs)
      }
      await look(startMs + 9 * hourMs)
      for (const happens of steps) await take(startMs + 12 * hourMs, happens)
      if (steps.length > 0) await look(startMs + 18 * hourMs)
    },
  }
}

async function follow(at: Date): Promise<void> {
  await hearMissedEvents(at)
  await followEvents((mspId) => jobContext(mspId, 'billing'), at)
}

test('whatever devices live through and whichever nights fail, ledger, month, meter and invoice say what the raw history says', async () => {
  await fc.assert(
    fc.asyncProperty(histories, async ({ first, days }) => {
      const begin = new Date('2027-02-26T12:00:00Z')
      await paying.beginAnew(begin)
      const company = await startCompany(begin)
      const { mspId, history } = company
      await follow(new Date(begin.getTime() + 60_000))
      await company.enrolFirst(firstMs, first)
      for (const [place, each] of days.entries()) {
        const startMs = firstMs + place * dayMs
        await company.liveDay(startMs, each)
        const night = new Date(startMs + dayMs + 20 * 60_000)
        paying.fake.world.advanceTo(night)
        const isMonthOver = night.getUTCDate() === 1
        if (!each.isAsleep || isMonthOver) {
          const ctx = jobContext(mspId, 'billing', night)
          await checkMeter(ctx)
          await sendMeter(ctx)
        }
        if (!isMonthOver) continue
        // The draft of the invoice stands since midnight, and is final an hour later.
        await follow(night)
        const later = new Date(night.getTime() + 2 * hourMs)
        paying.fake.world.advanceTo(later)
        await follow(later)
      }

      const owner = company.ownerAt(firstMs + (dayCount + 1) * dayMs)
      expect(await readLedger(owner, company.names)).toEqual(history.ledger())
      const told = await paying.world.door.factories.inMsp(
        mspId,
        (tx) => tx`select day::text, devices from meter_sendings order by day`,
      )
      expect(told.map((row) => [row.day, row.devices])).toEqual(
        told.map((row) => [row.day, row.day < months[0] ? 0 : history.numberUntil(row.day)]),
      )
      const { invoices, differences } = await getSubscription(owner)
      expect(differences).toEqual([])
      for (const [place, month] of months.entries()) {
        const number = history.numberUntil(`${month}-31`)
        expect(await getBilling(owner, { month })).toMatchObject({ number, cents: centsOf(number) })
        const bill = paying.fake.world.invoices.find(({ period }) => period.start * 1000 === Date.parse(`${month}-01`))
        expect(bill && paying.fake.world.usage(bill.customer, bill.period.start, bill.period.end)).toBe(number)
        expect(bill?.total, 'the line of the invoice').toBe(centsOf(number))
        expect(invoices.toReversed()[place + 1]?.cents, 'the invoice as we show it').toBe(centsOf(number))
      }
    }),
    // Which seed and which path it was stands in the failure; looking for the smallest history ends in time to say so.
    { numRuns: 5, interruptAfterTimeLimit: 200_000 },
  )
}, 240_000)
