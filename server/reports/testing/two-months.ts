import type { SetReport } from '../../../agent/wire/report.ts'
import { moveDevice } from '../../devices/move-device.ts'
import { retireDevice } from '../../devices/retire-device.ts'
import { endException } from '../../exceptions/end-exception.ts'
import { agreeOn } from '../../exceptions/testing.ts'
import { liftHold } from '../../holds/lift-hold.ts'
import { setHold } from '../../holds/set-hold.ts'
import { rollBackPatches } from '../../rollouts/roll-back-patches.ts'
import { dispatchOrders } from '../../work-orders/dispatch-orders.ts'
import { boundsOf } from '../months.ts'
import type { MonthClient, MonthRun, MonthWorld } from './month-world.ts'
import type { Lacked, MonthDevice } from './wire-log.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

/** A month with a leap day and one in which clocks change, in America on the 10th, in Europe on the 31st. */
export const months = ['2024-02', '2024-03'] as const
export const startsAt = new Date('2024-01-20T12:00:00Z')

const alpha: Lacked = { ref: 'alpha=2.0', classification: 'security', severity: 'important' }
const fix: Lacked = { ref: 'fix=2.0', classification: 'bug fix', severity: 'important' }
const bad: Lacked = { ref: 'bad=3.0', classification: 'security', severity: 'critical' }
const spring: Lacked = { ref: 'spring=5.0', classification: 'security', severity: 'critical' }

/**
 * Two months at all clients: what goes in, some of it late or exactly when due, what fails and is taken back, by a person or not at all; devices that
 * move, retire, come anew under an old name, fall silent, cannot be looked at, wait for restarts, each also within a minute of a month's end.
 * `count` is called when the report of a month is due, while the next month goes on at other clients.
 */
export async function passTwoMonths(
  world: MonthWorld,
  count: (at: Date, client: MonthClient, month: string) => Promise<unknown>,
): Promise<void> {
  const { log, clients } = world
  const todo: { at: Date; what: () => Promise<unknown> }[] = []
  const plan = (at: Date | string | number, what: (at: Date) => Promise<unknown>) =>
    todo.push({ at: new Date(at), what: () => what(new Date(at)) })
  const lacking = new Map<MonthDevice, Lacked[]>()
  const lacks = (device: MonthDevice) => lacking.get(device) ?? []
  const retired = new Set<MonthDevice>()
  const asleep = new Set<MonthDevice>()
  const present = (client: MonthClient) =>
    client.devices.filter((one) => one.client.clientId === client.clientId && !retired.has(one))
  const awake = (client: MonthClient) => present(client).filter((one) => !asleep.has(one))
  const device = (client: MonthClient, place: number) => {
    const found = client.devices[place]
    if (!found) throw new Error(`${client.name} has no device ${place}`)
    return found
  }
  /** All are looked at and lack one more. */
  const lookAll = (at: Date, found: (client: MonthClient, device: MonthDevice) => Lacked[]) =>
    inTurn(clients, async (client) => {
      for (const one of present(client)) lacking.set(one, [...lacks(one), ...found(client, one)])
      await log.look(at, present(client), lacks)
    })
  const changed = new Set<MonthDevice>()
  /** What an agent does by itself a little later: all whose packages changed are looked at again. */
  const lookAgain = async (at: Date) => {
    await log.look(at, [...changed], lacks)
    changed.clear()
  }
  /** By the moment: devices of all clients that tell at the same one are a batch. */
  const telling = new Map<number, (() => Tell)[]>()
  const planTell = (at: Date | string | number, which: () => Tell) => {
    const moment = new Date(at).getTime()
    const known = telling.get(moment)
    if (known) return known.push(which)
    const batch = [which]
    telling.set(moment, batch)
    return plan(moment, async (when) => {
      const told = batch.map((one) => one())
      const orders = await Promise.all(told.map(({ run, from, verb }) => run.orderOf(verb, from)))
      await log.tell(
        when,
        orders.map((order, place) => ({ ...order, outcome: told[place]?.outcome ?? 'installed' })),
      )
      for (const { run, from, outcome } of told) {
        const what = [alpha, fix, bad, spring].filter((lacked) => lacked.ref === run.ref && outcome !== 'installed')
        lacking.set(from, [...lacks(from).filter((lacked) => lacked.ref !== run.ref), ...what])
        changed.add(from)
      }
    })
  }

  plan('2024-02-05T10:00:00Z', (at) =>
    lookAll(at, (client, one) => [alpha, ...(client.devices.indexOf(one) % 12 === 5 ? [fix] : [])]),
  )
  for (const client of clients) {
    const runs: Record<string, MonthRun> = {}
    const run = (name: string) => {
      const known = runs[name]
      if (!known) throw new Error(`${name} was not started`)
      return known
    }
    const start = (at: string, { ref }: Lacked) => {
      plan(at, async (when) => {
        runs[ref] = await world.startRun(when, client, ref)
      })
      plan(new Date(at).getTime() + hourMs, async (when) => {
        await run(ref).passTest(when)
        for (const one of client.devices.slice(0, 2))
          lacking.set(
            one,
            lacks(one).filter((lacked) => lacked.ref !== ref),
          )
        await log.look(new Date(when.getTime() + 3 * hourMs), client.devices.slice(0, 2), lacks)
      })
    }
    const install = (
      at: Date | number | string,
      { ref }: Lacked,
      place: number,
      outcome: SetReport['outcome'] = 'installed',
    ) => planTell(at, () => ({ run: run(ref), from: device(client, place), verb: 'install', outcome }))

    start('2024-02-06T09:00:00Z', alpha)
    // Every eight hours one; the due date lies among them, and two more lie at it to the second.
    for (let place = 2; place < 45; place++)
      if (![9, 19, 29, 31].includes(place))
        install(
          Date.parse('2024-02-06T14:00:00Z') + place * 8 * hourMs,
          alpha,
          place,
          place === 17 && client.place % 10 === 4 ? 'rolled-back' : 'installed',
        )
    install('2024-02-12T10:00:00.000Z', alpha, 45)
    install('2024-02-12T10:00:01.000Z', alpha, 46)

    plan('2024-02-10T08:00:00Z', (at) => log.restart(at, [device(client, 26), device(client, 27)], true))
    plan('2024-02-12T08:00:00Z', (at) => log.restart(at, [device(client, 26), device(client, 27)], false))
    plan('2024-02-13T08:00:00Z', (at) => log.restart(at, [device(client, 27)], true))
    plan('2024-02-13T09:00:00Z', (at) => log.restart(at, [device(client, 27)], false))

    const takenBack = (place: number): Tell => {
      return { run: run(bad.ref), from: device(client, place), verb: 'rollback', outcome: 'rolled-back' }
    }
    start('2024-02-21T09:00:00Z', bad)
    for (let place = 2; place < 10; place++) install(Date.parse('2024-02-21T13:00:00Z') + place * hourMs, bad, place)
    if (client.place % 3 === 0) {
      plan('2024-02-22T09:00:00Z', async (at) => {
        await rollBackPatches(world.person(at, client), {
          rolloutId: run(bad.ref).rolloutId,
          patchIds: [run(bad.ref).patchId],
          reason: 'logins were slow',
        })
        await dispatchOrders(at)
      })
      for (let place = 0; place < 9; place++) planTell('2024-02-22T11:00:00Z', () => takenBack(place))
      // It had been switched off, and is taken back when February is over.
      const { to } = boundsOf(months[0], client.timeZone)
      planTell(to.getTime() + 1_000, () => takenBack(9))
    } else if (client.place % 3 === 1) {
      plan('2024-02-22T09:00:00Z', async (at) => {
        const held = { patchId: run(bad.ref).patchId, clients: [client.clientId], reason: 'a doubt' }
        await setHold(world.person(at, client), held)
      })
      plan('2024-03-20T09:00:00Z', async (at) => {
        const holds = await world.door.factories.inMsp(
          world.mspId,
          (tx) => tx<{ id: string }[]>`select id from holds where client_id = ${client.clientId} and lifted_at is null`,
        )
        for (const { id } of holds)
          await liftHold(world.person(at, client), { holdId: id, reason: 'no doubt any more' })
      })
    } else
      for (let place = 10; place < 44; place++)
        if (place < 28 || place > 40) install(Date.parse('2024-02-22T13:00:00Z') + place * 6 * hourMs, bad, place)

    // Kept off on purpose: at one device for some days, at a client until its last day is that of March, at another until somebody ended it.
    const except = (at: string, { ref }: Lacked, lastDay: string, place?: number) =>
      plan(at, async (when) => {
        const [name = '', version = ''] = ref.split('=')
        const patchId = await world.door.factories.findPatch(world.mspId, name, version)
        const one = place === undefined ? null : device(client, place).id
        const reach = one ? { kind: 'device' as const, deviceId: one } : { kind: 'client' as const }
        const exceptionId = await agreeOn(world.mspId, { clientId: client.clientId, patchId, lastDay, reach }, when)
        world.excepted.push({
          id: exceptionId,
          ref,
          client: client.clientId,
          device: one,
          since: when,
          lastDay,
          until: null,
        })
      })
    if (client.place % 5 === 2)
      for (const lacked of [alpha, bad]) except('2024-02-23T09:00:00Z', lacked, '2024-03-10', 47)
    if (client.place % 15 === 3) for (const lacked of [alpha, bad]) except('2024-02-24T09:00:00Z', lacked, '2024-03-31')
    if (client.place % 10 === 4) {
      except('2024-02-26T09:00:00Z', fix, '2024-12-31')
      plan('2024-03-15T09:00:00Z', async (at) => {
        for (const one of world.excepted.filter((each) => each.client === client.clientId)) {
          await endException(world.person(at, client), { exceptionId: one.id, reason: 'the fix was mended' })
          one.until = at
        }
      })
    }
    start('2024-03-06T09:00:00Z', spring)
    for (let place = 2; place < 25; place++)
      if (place !== 20) install(Date.parse('2024-03-06T15:00:00Z') + place * 12 * hourMs, spring, place)
    // Seven days by the clock on the wall: an hour sooner where it was put forward.
    install('2024-03-12T09:00:00.000Z', spring, 41)
    install('2024-03-12T09:30:00.000Z', spring, 42)
    install('2024-03-12T10:00:00.000Z', spring, 43)

    for (const [index, month] of months.entries()) {
      plan(boundsOf(month, client.timeZone).dueAt, (at) => count(at, client, month))
      endMonth(client, index, boundsOf(month, client.timeZone).to.getTime())
    }
  }
  plan('2024-02-20T10:00:00Z', (at) => lookAll(at, () => [bad]))
  plan('2024-03-05T10:00:00Z', (at) => lookAll(at, () => [spring]))
  // Dates are reckoned and marks set between, as the sweep does all the time.
  for (let at = Date.parse('2024-02-05T11:00:00Z'); at < Date.parse('2024-04-01T00:00:00Z'); at += 3 * dayMs)
    plan(at, async (when) => {
      await log.hear(when, clients.flatMap(awake))
      await lookAgain(when)
      await world.sweep(when)
      // As autovacuum does on a day with so many rows.
      await world.door.database.owner`analyze`
    })

  /** Who is where at a month's end: a minute before or after it, or 72 hours before it. `index`: which month. */
  function endMonth(client: MonthClient, index: number, end: number): void {
    const next = clients[(client.place + 1) % clients.length] ?? client
    /** Others in each month. */
    const late = (place: number) => () => device(client, 28 + index * 7 + place)
    const sleep = (at: number, which: () => MonthDevice) =>
      plan(at, async (when) => {
        await log.hear(when, [which()])
        asleep.add(which())
      })
    const wake = (at: number, which: () => MonthDevice) =>
      plan(at, async () => {
        asleep.delete(which())
      })
    const move = (at: number, which: () => MonthDevice) =>
      plan(at, async (when) => {
        const moved = which()
        const to = { clientId: next.clientId, siteId: next.siteId }
        await moveDevice(world.person(when, client), {
          deviceId: moved.id,
          ...to,
          keepTags: true,
          reason: 'it was bought',
        })
        log.note('left', when, client.clientId, moved.id)
        log.note('came', when, next.clientId, moved.id)
        moved.client = next
        next.devices.push(moved)
      })
    const retire = (at: number, which: () => MonthDevice) =>
      plan(at, async (when) => {
        await retireDevice(world.person(when, client), { deviceId: which().id, reason: 'it is old' })
        log.note('left', when, client.clientId, which().id)
        retired.add(which())
      })
    const one = (place: number) => () => device(client, place)
    // 72 hours and a minute before the end is no data, a minute less is not.
    sleep(end - 3 * dayMs - minuteMs, one(10 + index))
    sleep(end - 3 * dayMs + minuteMs, one(12 + index))
    sleep(end - 10 * hourMs, one(14 + index))
    wake(end + hourMs, one(12 + index))
    plan(end - 73 * hourMs, (at) => log.look(at, [one(20)()], () => 'trouble'))
    plan(end - 71 * hourMs, (at) => log.look(at, [one(21)()], () => 'trouble'))
    plan(end + 2 * hourMs, (at) => log.look(at, [one(20)(), one(21)()], lacks))
    plan(end - dayMs, (at) => log.restart(at, [one(24)(), one(25)()], true))
    plan(end + 3 * hourMs, (at) => log.restart(at, [one(24)()], false))
    move(end - 4 * dayMs, late(0))
    move(end - 30_000, late(1))
    move(end + 30_000, late(2))
    retire(end - 14 * dayMs, late(3))
    retire(end - minuteMs, late(4))
    retire(end + minuteMs, late(5))
    // The same machine enrols anew under its name; nobody hears of the old one any more.
    plan(end - 4 * dayMs, async (at) => {
      const old = late(6)()
      asleep.add(old)
      const anew = await world.addDevice(at, client, old.wire.facts.hostName)
      lacking.set(anew, lacks(old))
      await log.look(at, [anew], lacks)
    })
    plan(end - 10 * minuteMs, (at) => world.addDevice(at, client, `new-${client.place}-${index}`))
    plan(end - 5 * minuteMs, async (at) => {
      await log.hear(at, awake(client))
      await lookAgain(at)
    })
    plan(end - 1_000, (at) => world.sweep(at, [client]))
  }

  await runInOrder(todo)
}

interface Tell {
  run: MonthRun
  from: MonthDevice
  verb: string
  outcome: SetReport['outcome']
}

async function runInOrder(todo: { at: Date; what: () => Promise<unknown> }[]): Promise<void> {
  for (const { what } of todo.sort((a, b) => a.at.getTime() - b.at.getTime())) await what()
}

async function inTurn<T>(all: readonly T[], work: (one: T) => Promise<unknown>): Promise<void> {
  for (const one of all) await work(one)
}
