import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { enrolCommand } from '../../app/m/[msp]/devices/_components/enrol-command.ts'
import type { ClientRef } from '../../db/factories.ts'
import { until } from '../world/look.ts'
import { bootstrapDebian } from './bootstrap-debian.ts'
import { findMachineSource } from './find-machine-source.ts'
import { type Machine, makeMachine, stopInside } from './machine.ts'
import { type RunningDoor, startDoor } from './start-door.ts'
import { typeAtTerminal } from './type-at-terminal.ts'

const bundle = new URL('../../dist/agent/patchward-agent.mjs', import.meta.url)
let reason = ''
let door: RunningDoor
let machine: Machine
let client: ClientRef

beforeAll(async () => {
  const source = await findMachineSource()
  if ('reason' in source) {
    reason = source.reason
    return
  }
  machine = await makeMachine(await bootstrapDebian(source.mirror), source.mirror, 'reception-pc')
  door = await startDoor()
  client = await door.factories.makeClient(await door.factories.makeMsp())
})
afterAll(async () => {
  await machine?.remove()
  await door?.stop()
})
beforeEach((context) => {
  if (reason) context.skip(reason)
})

async function hash(file: string | URL): Promise<string> {
  const sum = createHash('sha256')
  await pipeline(createReadStream(file), sum)
  return sum.digest('hex')
}

interface DeviceRow {
  hostName: string
  osName: string
  status: string
  packages: number
}
async function findDevice(): Promise<DeviceRow | undefined> {
  const [row] = await door.factories.inMsp(
    client.mspId,
    (tx) => tx<DeviceRow[]>`select d.host_name as "hostName", d.os_name as "osName", d.status,
      cardinality(i.package_version_ids) as packages
      from devices d join device_inventories i on i.msp_id = d.msp_id and i.device_id = d.id where cardinality(i.package_version_ids) > 0`,
  )
  return row
}

interface MissingRow {
  name: string
  version: string
  classification: string
  source: string
  setKey: string
}
const listMissing = () =>
  door.factories.inMsp(
    client.mspId,
    (tx) => tx<MissingRow[]>`select p.name, p.version, p.classification, p.source, m.set_key as "setKey"
      from device_patches m join patches p on p.msp_id = m.msp_id and p.id = m.patch_id where m.resolved_at is null`,
  )

async function hasLooked(): Promise<boolean> {
  const [row] = await door.factories.inMsp(
    client.mspId,
    (tx) => tx<
      { trouble: string; count: number }[]
    >`select i.trouble, (select count(*) from device_patches)::int as count
      from device_inventories i`,
  )
  expect(row?.trouble ?? '').toBe('')
  return (row?.count ?? 0) > 0
}

/** Name, version and archive of each update as apt itself lists them: `libc6/stable-security 2.36-9+deb12u10 amd64 [...]`. */
async function listByApt() {
  const { stdout } = await machine.run('apt list --upgradable')
  const found = stdout.matchAll(/^([^/\s]+)\/(\S+) (\S+) \S+ \[upgradable/gm)
  return [...found].map(([, name, archive = '', version]) => ({
    update: `${name} ${version}`,
    isSecurity: archive.split(',').some((suite) => suite.endsWith('-security')),
  }))
}

let command = ''
let typedAt = 0

test('the enrolment command is typed at a terminal: agent and Node are what the door runs on, the token is not shown', async () => {
  const token = await door.factories.makeToken(client)
  typedAt = Date.now()
  const { code, shown } = await typeAtTerminal(...machine.commandFor(`cd /root && ${enrolCommand(door.url)}`), {
    prompt: 'Enrolment token: ',
    answer: token,
    limitMs: 60_000,
  })
  expect({ code, shown }).toMatchObject({ code: 0, shown: expect.stringContaining('enrolled as device ') })
  expect(shown).not.toContain(token)
  expect(shown).toContain('systemd does not run here')
  command = /^\s+(\/opt\/patchward\/node .*\S)\s*$/m.exec(shown)?.[1] ?? ''

  const [node, agent] = ['/opt/patchward/node', '/opt/patchward/patchward-agent.mjs'].map(machine.path)
  expect(await hash(node ?? '')).toBe(await hash(process.execPath))
  expect(await hash(agent ?? '')).toBe(await hash(bundle))
  expect((await stat(machine.path('/var/lib/patchward-agent'))).mode & 0o777).toBe(0o700)
  expect((await stat(machine.path('/var/lib/patchward-agent/device-key.pem'))).mode & 0o777).toBe(0o600)
})

test("the machine's own systemd accepts the unit, which starts what was said", async () => {
  const unit = '/etc/systemd/system/patchward-agent.service'
  const { code, stdout, stderr } = await machine.run(`systemd-analyze verify --man=no ${unit}`)
  const about = `${stdout}${stderr}`.split('\n').filter((line) => line.includes('patchward'))
  expect({ code, about }).toEqual({ code: 0, about: [] })
  expect(await readFile(machine.path(unit), 'utf8')).toContain(`\nExecStart=${command}\n`)
})

test('started in the foreground, the machine appears within a minute, with its packages and what it really lacks', async () => {
  const agent = machine.start(command)
  let log = ''
  for (const stream of [agent.stdout, agent.stderr]) stream?.on('data', (chunk) => (log += chunk))
  try {
    await until('the machine appears', async () => (await findDevice()) !== undefined, {
      limitMs: 60_000 - (Date.now() - typedAt),
    })
    const device = await findDevice()
    expect(device).toMatchObject({ hostName: machine.hostName, status: 'active' })
    expect(device?.osName).toMatch(/^Debian|^Ubuntu/)
    const { stdout } = await machine.run('dpkg-query -W')
    expect(device?.packages).toBe(stdout.trim().split('\n').length)

    await until('what it lacks is known', hasLooked, { limitMs: 300_000 })
    const [missing, wanted] = [await listMissing(), await listByApt()]
    expect(wanted).not.toEqual([])
    expect(missing.map(({ name, version }) => `${name} ${version}`).sort()).toEqual(
      wanted.map(({ update }) => update).sort(),
    )
    const security = missing.filter(({ classification }) => classification === 'security')
    expect(security.map(({ name, version }) => `${name} ${version}`).sort()).toEqual(
      wanted.flatMap(({ update, isSecurity }) => (isSecurity ? [update] : [])).sort(),
    )
    for (const { source } of security) expect(source).toMatch(/^\S+:\S*\/\S+-security|-Security:/)
    for (const { setKey } of missing) expect(setKey).toMatch(/^[0-9a-f]{64}$/)
  } catch (error) {
    throw new Error(`The agent said:\n${log.slice(-3_000)}`, { cause: error })
  }
  expect(await stopInside(agent)).toBe(0)
})
