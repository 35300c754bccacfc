import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ClientRef } from '../../db/factories.ts'
import type { TestDevice } from '../device-api/test-device.ts'
import { moveDevice } from '../devices/move-device.ts'
import { retireDevice } from '../devices/retire-device.ts'
import { ingest } from '../ingest.ts'
import { personContext, type RolloutWorld, startRolloutWorld } from '../rollouts/testing.ts'
import { countUsage } from './count-usage.ts'
import { readLedger } from './testing.ts'

let world: RolloutWorld
beforeAll(async () => {
  world = await startRolloutWorld()
})
afterAll(() => world?.stop())

const dayMs = 86_400_000
const clientNames = ['alder', 'birch', 'cedar'] as const

/** One thing that happens; numbers choose a device or a client by their remainder. */
type Event =
  | { kind: 'enrol'; client: number }
  | { kind: 'retire' | 'see'; device: number }
  | { kind: 'move'; device: number; client: number }
  | { kind: 'look' }
  | { kind: 'wait'; days: number }
const device = fc.nat(20)
const client = fc.nat(clientNames.length - 1)
const happens: fc.Arbitrary<Event> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('enrol'), client }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('retire'), device }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('see'), device }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('move'), device, client }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('look') }) },
  // Around the 30 days of silence, and within one day.
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('wait'), days: fc.constantFrom(0.3, 1, 11, 30, 31) }) },
)

/** The same history in plain words: what the ledger must say. */
class Model {
  atMs = Date.now()
  devices: { client: string; seenMs: number; isRetired: boolean }[] = []
  peaks = new Map<string, [enrolled: number, active: number]>()

  look(): void {
    const day = new Date(this.atMs).toISOString().slice(0, 10)
    const enrolled = this.devices.filter((each) => !each.isRetired)
    for (const whose of [...clientNames, 'all']) {
      const own = enrolled.filter((each) => whose === 'all' || each.client === whose)
      if (own.length === 0 && whose !== 'all') continue
      const active = own.filter((each) => this.atMs - each.seenMs <= 30 * dayMs)
      const [mostEnrolled, mostActive] = this.peaks.get(`${day} ${whose}`) ?? [0, 0]
      this.peaks.set(`${day} ${whose}`, [Math.max(mostEnrolled, own.length), Math.max(mostActive, active.length)])
    }
  }

  ledger = () => [...this.peaks].map(([key, [enrolled, active]]) => `${key} ${enrolled} ${active}`).sort()
}

test('whatever devices do, the ledger says what a plain count of the same history says', async () => {
  const { door } = world
  await fc.assert(
    fc.asyncProperty(fc.array(happens, { minLength: 5, maxLength: 40 }), async (history) => {
      const mspId = await door.factories.makeMsp()
      const clients = new Map<string, ClientRef>()
      for (const name of clientNames) clients.set(name, await door.factories.makeClient(mspId, { name }))
      const model = new Model()
      const real: TestDevice[] = []
      const at = () => new Date(model.atMs)
      const owner = () => personContext(mspId, { role: 'owner', now: at() })
      const see = (each: TestDevice) =>
        ingest('use-counters', { at: at(), items: [{ deviceId: each.deviceId, counter: ++each.counter }] })
      const find = (place: number) => {
        const [known, made] = [model.devices[place % model.devices.length], real[place % model.devices.length]]
        return known && made && !known.isRetired ? { known, made } : null
      }
      const clientAt = (place: number) => {
        const name = clientNames[place] ?? clientNames[0]
        const ref = clients.get(name)
        if (!ref) throw new Error('a client')
        return { name, ref }
      }
      for (const event of history) {
        switch (event.kind) {
          case 'enrol': {
            const { name, ref } = clientAt(event.client)
            const made = await door.addDevice(ref)
            await see(made)
            real.push(made)
            model.devices.push({ client: name, seenMs: model.atMs, isRetired: false })
            break
          }
          case 'retire': {
            const found = find(event.device)
            if (!found) break
            await retireDevice(owner(), { deviceId: found.made.deviceId, reason: 'Scrapped' })
            found.known.isRetired = true
            break
          }
          case 'see': {
            const found = find(event.device)
            if (!found) break
            await see(found.made)
            found.known.seenMs = model.atMs
            break
          }
          case 'move': {
            const found = find(event.device)
            const { name, ref } = clientAt(event.client)
            if (!found || found.known.client === name) break
            const where = { clientId: ref.clientId, siteId: ref.siteId, keepTags: true, reason: 'Sold' }
            await moveDevice(owner(), { deviceId: found.made.deviceId, ...where })
            found.known.client = name
            break
          }
          case 'look':
            // Once more is once: nothing is added to what a look has written.
            for (let time = 0; time < 2; time++) await countUsage(at())
            model.look()
            break
          case 'wait':
            model.atMs += event.days * dayMs
        }
      }
      const names = Object.fromEntries([...clients].map(([name, { clientId }]) => [clientId, name]))
      expect(await readLedger(owner(), names)).toEqual(model.ledger())
    }),
    { numRuns: 40 },
  )
}, 60_000)
