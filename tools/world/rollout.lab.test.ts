import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { installedVersion, readPackage } from '../lab/read-root.ts'
import { labPolicy } from '../seed/lab-policy.ts'
import { devicesOn, gates, isNamedInLog, signedInstalls, tellVersion, until, upgradesOf } from './look.ts'
import { startWorld, type World } from './world.ts'

// 4.0 stops after 5 s, which a watch that looks every 3 s and tries three times tells after 9 s: the rest is for a busy machine.
const soakMs = 16_000
const clients = ['a', 'b', 'c'].map((letter) => ({
  name: `Client ${letter}`,
  devices: [`${letter}1-test`, `${letter}2-test`, `${letter}3`, `${letter}4`],
}))
const everyone = clients.flatMap((client) => client.devices)
const production = everyone.filter((name) => !name.endsWith('-test'))
const tests = everyone.filter((name) => name.endsWith('-test'))

let world: World
beforeAll(async () => {
  world = await startWorld({
    clients,
    offer: [{ name: 'lab-svc', version: '2.0' }],
    policy: {
      ...labPolicy,
      rings: labPolicy.rings.map((ring) => ({ ...ring, soakMs })),
      startRule: { kind: 'at-once', settleMs: 12_000 },
      // The breaker would answer before three clients' gates have; it has its own test.
      breaker: { devices: 100 },
    },
  })
}, 300_000)
afterAll(() => world?.stop(), 300_000)

/** The state on the devices themselves: dpkg-query and dpkg.log of each root, not our tables. */
describe('three clients, twelve devices, real apt', () => {
  test('lab-svc 2.0 goes test, soak, production on all, also when it vanishes from the archive meanwhile', async () => {
    await until(
      'every test device runs 2.0',
      async () => (await devicesOn(world, 'lab-svc', '2.0')).length >= tests.length,
    )
    await until('every device has staged it', async () => (await staged()) === everyone.length)
    // Deleted during the soak: production must end on 2.0 from its own store.
    await world.lab.repository.withdraw({ name: 'lab-svc', version: '2.0' })
    await until(
      'all devices run 2.0',
      async () => (await devicesOn(world, 'lab-svc', '2.0')).length === everyone.length,
    )
    for (const { devices } of clients) {
      const times = await Promise.all(
        devices.map(async (name) => {
          const upgrades = await upgradesOf(world, name, 'lab-svc', '1.0', '2.0')
          expect(upgrades, `${name}: exactly one upgrade 1.0 to 2.0`).toHaveLength(1)
          return { name, at: Number(upgrades[0]) }
        }),
      )
      const firstTest = Math.min(...times.filter((one) => one.name.endsWith('-test')).map((one) => one.at))
      // dpkg.log has whole seconds: the ring before soaked at least its time before anything here was touched.
      for (const one of times.filter((one) => !one.name.endsWith('-test')))
        expect(one.at - firstTest, `${one.name} waited for the gate`).toBeGreaterThanOrEqual(soakMs - 1_000)
    }
  })

  test('lab-svc 3.0 fails in the test ring and is undone; lab-lib of the same rollout reaches production', async () => {
    await until('rollouts of 2.0 have finished', async () =>
      (await gates(world)).every((gate) => gate.state === 'finished'),
    )
    await world.lab.repository.publish({ name: 'lab-svc', version: '3.0' }, { name: 'lab-lib', version: '2.0' })
    await until(
      'lab-lib 2.0 is everywhere',
      async () => (await devicesOn(world, 'lab-lib', '2.0')).length === everyone.length,
      { limitMs: 240_000 },
    )
    const tried = []
    for (const name of tests) if (await isNamedInLog(world, name, 'lab-svc', '3.0')) tried.push(name)
    expect(tried.length, 'at least one test device of each client tried 3.0').toBeGreaterThanOrEqual(clients.length)
    expect(await devicesOn(world, 'lab-svc', '2.0')).toHaveLength(everyone.length)
    for (const name of tried) expect((await readPackage(world.device(name).root, 'lab-svc'))?.status).toBe('ii')
    for (const name of production)
      expect(await isNamedInLog(world, name, 'lab-svc', '3.0'), `${name} never saw 3.0`).toBe(false)
    expect((await signedInstalls(world, 'lab-svc', '3.0')).filter((name) => production.includes(name))).toEqual([])
    const verdicts = (await gates(world)).filter((gate) => gate.patch === 'lab-svc 3.0' && gate.position === 0)
    expect(verdicts.map((gate) => gate.verdict)).toEqual(clients.map(() => 'fail'))
    expect(await standingHolds('lab-svc', '3.0')).toBe(clients.length)
  })

  test('lab-svc 4.0 passes the install and fails in the soak; a device that was off is taken back when it returns', async () => {
    await until('rollouts of 3.0 have finished', async () =>
      (await gates(world)).every((gate) => gate.state === 'finished'),
    )
    await world.lab.repository.publish({ name: 'lab-svc', version: '4.0' })
    const away = world.device('a2-test')
    await until('a2-test runs 4.0', async () => (await installedVersion(away.root, 'lab-svc')) === '4.0')
    await until('a2-test has reported its proof', async () => (await stateOf('a2-test', '4.0')) === 'proved')
    await away.powerOff()
    await until('the gate of client a failed', async () =>
      (await gates(world)).some(
        (gate) =>
          gate.patch === 'lab-svc 4.0' && gate.verdict === 'fail' && gate.client_id === world.clients[0]?.clientId,
      ),
    )
    expect(await installedVersion(away.root, 'lab-svc')).toBe('4.0')
    await until(
      'all that are on are back on 2.0',
      async () => (await devicesOn(world, 'lab-svc', '2.0')).length === everyone.length - 1,
      { tell: () => tellVersion(world, 'lab-svc', '4.0') },
    )
    await away.powerOn()
    await until(
      'the one that was off is back on 2.0',
      async () => (await installedVersion(away.root, 'lab-svc')) === '2.0',
      { tell: () => tellVersion(world, 'lab-svc', '4.0') },
    )
    await until('its report says so', async () => (await stateOf('a2-test', '4.0')) === 'rolled-back')
    for (const name of production)
      expect(await isNamedInLog(world, name, 'lab-svc', '4.0'), `${name} never ran 4.0`).toBe(false)
    expect((await signedInstalls(world, 'lab-svc', '4.0')).filter((name) => production.includes(name))).toEqual([])
    await until('every gate of 4.0 failed', async () =>
      (await gates(world))
        .filter((gate) => gate.patch === 'lab-svc 4.0' && gate.position === 0)
        .every((gate) => gate.verdict === 'fail'),
    )
    expect(await standingHolds('lab-svc', '4.0')).toBe(clients.length)
  })
})

function stateOf(hostName: string, version: string): Promise<string | undefined> {
  return world.factories.inMsp(world.mspId, async (tx) => {
    const [row] = await tx<{ state: string }[]>`select i.state from plan_items i join devices d on d.id = i.device_id
      where d.host_name = ${hostName} and i.package_name = 'lab-svc' and i.to_version = ${version} order by i.state_at desc limit 1`
    return row?.state
  })
}

/** How many devices hold the new package in their own store. */
function staged(): Promise<number> {
  return world.factories.inMsp(world.mspId, async (tx) => {
    const rows = await tx`select 1 from work_orders where verb = 'stage' and device_state = 'staged'`
    return rows.length
  })
}

function standingHolds(name: string, version: string): Promise<number> {
  return world.factories.inMsp(world.mspId, async (tx) => {
    const rows = await tx`select 1 from holds h join patches p on p.id = h.patch_id
      where p.name = ${name} and p.version = ${version} and h.lifted_at is null and h.source = 'gate'`
    return rows.length
  })
}
