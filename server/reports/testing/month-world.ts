import type { ClientRef } from '../../../db/factories.ts'
import { jobContext } from '../../auth/job-context.ts'
import type { Context } from '../../context.ts'
import { startTestConsole } from '../../device-api/testing.ts'
import { refreshFleet } from '../../devices/refresh-fleet.ts'
import { setRulePacks } from '../../due-dates/set-rule-packs.ts'
import { judgeRing } from '../../rollouts/judge-ring.ts'
import { openRing } from '../../rollouts/open-ring.ts'
import { stageRollout } from '../../rollouts/stage-rollout.ts'
import { startRollout } from '../../rollouts/start-rollout.ts'
import { personContext, plainPolicy } from '../../rollouts/testing.ts'
import { dispatchOrders } from '../../work-orders/dispatch-orders.ts'
import { shiftTime } from './shift-time.ts'
import { type MonthDevice, WireLog } from './wire-log.ts'

const hourMs = 3_600_000
/** Every zone has something of its own: clock changes in other weeks, half hours, quarters, none. */
const zones = [
  'Europe/Berlin',
  'America/New_York',
  'Europe/London',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'Pacific/Auckland',
  'UTC',
]
/** The test ring and all others. */
const policy = { ...plainPolicy, dueDays: 7, rings: plainPolicy.rings.slice(0, 1).concat(plainPolicy.rings.slice(-1)) }

export interface MonthClient extends ClientRef {
  place: number
  name: string
  timeZone: string
  hasPack: boolean
  devices: MonthDevice[]
}

/** An MSP whose history happens at times of the test's choosing, by the real verbs and the door's own functions. */
export async function startMonthWorld({ clients: clientCount, devices: deviceCount, at }: WorldSize) {
  const began = new Date()
  const door = await startTestConsole()
  const mspId = await door.factories.makeMsp()
  await door.factories.makePolicy(mspId, policy)
  const log = new WireLog()
  const clients: MonthClient[] = []
  for (let place = 0; place < clientCount; place++) {
    const timeZone = zones[place % zones.length] ?? 'UTC'
    const name = `Client ${String(place).padStart(2, '0')}`
    const client = await door.factories.makeClient(mspId, { name, timeZone })
    const hasPack = place % 2 === 1
    if (hasPack)
      await setRulePacks(personContext(mspId, { role: 'owner' }), {
        clientId: client.clientId,
        packIds: ['cyber-essentials'],
        reason: '',
      })
    clients.push({ ...client, place, name, timeZone, hasPack, devices: [] })
  }
  await shiftTime(door.database.owner, began, at.getTime() - began.getTime())
  /** Each client has its own: what one person does to many devices in a day wants a second one. */
  const person = (now: Date, { place }: { place: number }): Context => {
    const ctx = personContext(mspId, { now, role: 'owner' })
    const userId = `0198c0de-0000-7000-8000-${String(place).padStart(12, '0')}`
    return { ...ctx, actor: { kind: 'person', userId, name: `Person ${place}`, role: 'owner', provedAt: now } }
  }
  const job = (now: Date) => jobContext(mspId, 'rollout', now)

  async function addDevice(when: Date, client: MonthClient, hostName: string): Promise<MonthDevice> {
    const tags = hostName.includes('test') ? ['test'] : []
    const token = await door.factories.makeToken(client, { tags })
    const device = await log.enrol(when, client, token, hostName)
    client.devices.push(device)
    return device
  }
  for (const client of clients)
    for (let place = 0; place < deviceCount; place++)
      await addDevice(at, client, `${place < 2 ? 'test' : 'pc'}-${client.place}-${place}`)

  const orders = (rolloutId: string, verb: string) =>
    door.factories.inMsp(
      mspId,
      (tx) => tx<
        { id: string; device_id: string; patch_ids: string[] }[]
      >`select id, device_id, patch_ids from work_orders
        where rollout_id = ${rolloutId} and verb = ${verb} order by attempt`,
    )

  /** A rollout of what is approved at a client, staged and open in the test ring; `ref` names the one update of it. */
  async function startRun(when: Date, client: MonthClient, ref: string) {
    const [name = '', version = ''] = ref.split('=')
    const patchId = await door.factories.findPatch(mspId, name, version)
    const { rolloutId } = await startRollout(person(when, client), { clientId: client.clientId, patchIds: [patchId] })
    await stageRollout(job(when), { rolloutId })
    const byId = new Map(clients.flatMap((one) => one.devices).map((device) => [device.id, device]))
    const known = new Map<string, { device: MonthDevice; orderId: string; verb: string; ref: string }[]>()
    const ordersOf = async (verb: string) => {
      const given = (await orders(rolloutId, verb)).flatMap(({ id, device_id: deviceId }) => {
        const device = byId.get(deviceId)
        return device ? [{ device, orderId: id, verb, ref }] : []
      })
      known.set(verb, given)
      return given
    }
    /** The newest order of a device, as it was last looked up where it had one then. */
    const orderOf = async (verb: string, device: MonthDevice) => {
      const isOfDevice = (order: { device: MonthDevice }) => order.device === device
      const order = known.get(verb)?.findLast(isOfDevice) ?? (await ordersOf(verb)).findLast(isOfDevice)
      if (!order) throw new Error(`${device.wire.facts.hostName} has no ${verb} order of ${ref}`)
      return order
    }
    const staged = await ordersOf('stage')
    for (const { device } of staged) log.note('planned', when, client.clientId, device.id, { rolloutId, ref })
    await log.tell(
      when,
      staged.map((order) => ({ ...order, outcome: 'staged' as const })),
    )
    await openRing(job(when), { rolloutId, position: 0 })
    await dispatchOrders(when)
    return {
      rolloutId,
      patchId,
      ref,
      orderOf,
      /** It goes in at the devices of the test ring, which soak; two hours later it passes the gate, and the others get their orders. */
      async passTest(at: Date) {
        const given = await ordersOf('install')
        await log.tell(
          at,
          given.map((order) => ({ ...order, outcome: 'installed' as const })),
        )
        await judgeRing(job(at), { rolloutId, position: 0 })
        const later = new Date(at.getTime() + 2 * hourMs)
        await log.hear(later, client.devices)
        await judgeRing(job(later), { rolloutId, position: 0 })
        await openRing(job(later), { rolloutId, position: 1 })
        await dispatchOrders(later)
      },
    }
  }

  return {
    ...{ door, mspId, log, clients, person, addDevice, startRun },
    /** What both sides agreed to keep off, as they come. */
    excepted: [] as Excepted[],
    job,
    sweep: (when: Date, only: readonly MonthClient[] | null = null) =>
      refreshFleet(when, hourMs, only?.map((client) => client.clientId) ?? null),
    stop: door.stop,
  }
}
/** An exception as people agreed on it. */
export interface Excepted {
  id: string
  ref: string
  client: string
  /** Null: all of the client. */
  device: string | null
  since: Date
  lastDay: string
  /** When somebody ended it before its last day. */
  until: Date | null
}

export type MonthWorld = Awaited<ReturnType<typeof startMonthWorld>>
export type MonthRun = Awaited<ReturnType<MonthWorld['startRun']>>

interface WorldSize {
  clients: number
  devices: number
  /** When all of them came. */
  at: Date
}
