import { setTimeout as wait } from 'node:timers/promises'
import { dpkgLog, installedVersion } from '../lab/read-root.ts'
import type { World } from './world.ts'

/** Asks until the answer is true; throws with what `tell` says of the world then. Limit: when a person would give up. */
export async function until(
  what: string,
  look: () => Promise<boolean>,
  { limitMs = 180_000, tell = async () => '' }: { limitMs?: number; tell?: () => Promise<string> } = {},
): Promise<void> {
  for (const end = Date.now() + limitMs; !(await look()); await wait(500))
    if (Date.now() > end) throw new Error(`${what}: not within ${limitMs / 1000} s\n${await tell()}`)
}

/** Where a version stands on each device: its own dpkg, the plan, and the orders that name the plan's rollout. */
export async function tellVersion(world: World, name: string, version: string): Promise<string> {
  const on = await Promise.all(
    world.lab.devices.map(async (one) => `${one.name} ${await installedVersion(one.root, name)}`),
  )
  const rows = await world.factories.inMsp(
    world.mspId,
    (tx) => tx<{ line: string }[]>`
      select concat_ws(' ', d.host_name, d.status, 'item', i.state, i.reason, 'claimed', i.is_claimed, '|', string_agg(concat_ws(' ', o.verb,
        o.attempt, o.state, o.device_state, 'leases', o.leases, 'permitted', o.permitted_at, 'finished', o.finished_at), '; ' order by o.created_at)) as line
      from plan_items i join devices d on d.msp_id = i.msp_id and d.id = i.device_id
        left join work_orders o on o.msp_id = i.msp_id and o.rollout_id = i.rollout_id and o.device_id = i.device_id
      where i.package_name = ${name} and i.to_version = ${version}
      group by d.host_name, d.status, i.state, i.reason, i.is_claimed, i.rollout_id order by 1`,
  )
  return [`on the devices: ${on.join(', ')}`, ...rows.map(({ line }) => line)].join('\n')
}

/** Every device that shows this version in its own dpkg database. */
export async function devicesOn(world: World, name: string, version: string): Promise<string[]> {
  const found = await Promise.all(
    world.lab.devices.map(async (device) =>
      (await installedVersion(device.root, name)) === version ? device.name : null,
    ),
  )
  return found.filter((one) => one !== null)
}

/** Times at which dpkg moved a package to a version on one device, from its own dpkg.log. */
export async function upgradesOf(
  world: World,
  deviceName: string,
  name: string,
  from: string,
  to: string,
): Promise<Date[]> {
  const lines = await dpkgLog(world.device(deviceName).root)
  return lines
    .filter(
      (line) =>
        line.action === 'upgrade' && line.package.split(':')[0] === name && line.from === from && line.to === to,
    )
    .map((line) => line.at)
}

/** Does the device's dpkg.log name this version anywhere? */
export async function isNamedInLog(world: World, deviceName: string, name: string, version: string): Promise<boolean> {
  const lines = await dpkgLog(world.device(deviceName).root)
  return lines.some((line) => line.text.includes(`${name}:`) && line.text.split(' ').includes(version))
}

export interface GateRow {
  client_id: string
  position: number
  patch: string
  verdict: string
  number: number
  state: string
}
export function gates(world: World): Promise<GateRow[]> {
  return world.factories.inMsp(world.mspId, async (tx) => [
    ...(await tx<
      GateRow[]
    >`select r.client_id, p.position, x.name || ' ' || x.version as patch, p.verdict, r.number, r.state
      from ring_patches p join rollouts r on r.id = p.rollout_id join patches x on x.id = p.patch_id`),
  ])
}

/** Signed install orders that name a version, by host name. */
export function signedInstalls(world: World, name: string, version: string): Promise<string[]> {
  return world.factories.inMsp(world.mspId, async (tx) => {
    const rows = await tx<
      { host_name: string }[]
    >`select d.host_name from work_orders o join devices d on d.id = o.device_id
      where o.verb = 'install' and o.envelope is not null
        and convert_from(decode(o.envelope->>'payload', 'base64'), 'utf8') like ${`%"name":"${name}"%"version":"${version}"%`}`
    return rows.map((row) => row.host_name)
  })
}
