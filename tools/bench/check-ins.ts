import { type ChildProcess, spawn } from 'node:child_process'
import { createSecretKey, randomBytes, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { doorPaths } from '../../agent/wire/door.ts'
import { macRequest, sessionKeyFor } from '../../agent/wire/request-auth.ts'
import { type ClientRef, Factories } from '../../db/factories.ts'
import { cloneDatabase } from '../../db/testing.ts'
import { exampleHashes, TestDevice } from '../../server/device-api/test-device.ts'
import { type LoadResult, runLoad } from './load.ts'
import type { Measurement } from './measurement.ts'

const connections = 64
const devicesPerConnection = 16
const durationMs = 5_000
const sessionSecret = randomBytes(32).toString('hex')

/** Authenticated check-ins (HMAC session) and refused credentials a second, end to end, load tool on the same machine. */
export async function run(): Promise<Measurement[]> {
  const database = await cloneDatabase()
  const factories = new Factories(database)
  const env = { DEVICE_DATABASE_URL: database.urls.app_device, DEVICE_SESSION_SECRET: sessionSecret }
  const [door, bare] = [await startProcess(env), await startProcess({ BENCH_BARE: '1' })]
  try {
    await factories.makeSigningKey('bench', Buffer.alloc(32).toString('base64'))
    const client = await factories.makeClient(await factories.makeMsp())
    const ids = await enrolMany(factories, client, `http://127.0.0.1:${door.port}`)
    const checkIn = makeCheckIns(ids)
    await runLoad(door.port, { connections, durationMs: 1_500, makeRequest: checkIn })
    const honest = await runLoad(door.port, { connections, durationMs, makeRequest: checkIn })
    const limit = await runLoad(bare.port, { connections, durationMs, makeRequest: checkIn })
    const refused = await runLoad(door.port, { connections, durationMs, makeRequest: makeForged() })
    return [measured('authenticated check-ins', honest, limit), measured('refused credentials', refused, limit)]
  } finally {
    await Promise.all([stopProcess(door.child), stopProcess(bare.child)])
    await factories.close()
    await database.drop()
  }
}

function measured(name: string, result: LoadResult, limit: LoadResult): Measurement {
  const answers = Object.entries(result.statuses).map(([status, times]) => `${times} × ${status}`)
  return {
    name,
    value: Math.round(result.perSecond),
    unit: 'per second',
    limit: Math.round(limit.perSecond),
    note: `${connections} connections, p99 ${result.p99Ms.toFixed(1)} ms, answers ${answers.join(', ')}; limit: node:http that only answers`,
  }
}

async function enrolMany(factories: Factories, client: ClientRef, baseUrl: string): Promise<string[][]> {
  const token = await factories.makeToken(client, { uses: connections * devicesPerConnection })
  const enrol = async () => {
    const device = new TestDevice(baseUrl)
    const reply = await device.enrol(token)
    if (reply.status !== 200) throw new Error(`enrolment answered ${reply.status}: ${reply.body.error?.message}`)
    return device.deviceId
  }
  const ids: string[][] = []
  for (let n = 0; n < connections; n++) ids.push(await Promise.all(Array.from({ length: devicesPerConnection }, enrol)))
  return ids
}

/** Each connection speaks for its own devices in turn, with rising counters. */
function makeCheckIns(ids: string[][]): (connection: number) => string {
  const body = JSON.stringify({ agentVersion: '0.1.0', bootId: 'bench', hashes: exampleHashes(), reportSeq: 0 })
  const hour = Math.floor(Date.now() / 3_600_000)
  const keys = new Map(ids.flat().map((id) => [id, createSecretKey(sessionKeyFor(sessionSecret, id, hour))]))
  const sent: number[] = ids.map(() => 0)
  return (connection) => {
    const turn = sent[connection] ?? 0
    sent[connection] = turn + 1
    const id = ids[connection]?.[turn % devicesPerConnection] ?? ''
    const counter = Math.floor(turn / devicesPerConnection) + 1
    const key = keys.get(id) ?? Buffer.alloc(32)
    const parts = { method: 'POST', path: doorPaths.checkIn, body }
    return post(body, macRequest(parts, id, Date.now(), counter, { key, hour }))
  }
}

/** Credentials of devices that do not exist. */
function makeForged(): () => string {
  const sig = Buffer.alloc(64, 1).toString('base64')
  return () => post('{}', `PW1-ED25519 device=${randomUUID()},time=${Date.now()},counter=1,sig=${sig}`)
}

const post = (body: string, authorization: string) =>
  `POST ${doorPaths.checkIn} HTTP/1.1\r\nhost: bench\r\ncontent-type: application/json\r\nauthorization: ${authorization}\r\ncontent-length: ${body.length}\r\n\r\n${body}`

async function startProcess(env: Record<string, string>): Promise<{ child: ChildProcess; port: number }> {
  const file = new URL('./door-process.ts', import.meta.url).pathname
  const child = spawn(process.execPath, [file], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = await once(child.stdout, 'data')
  return { child, port: Number(String(line)) }
}

async function stopProcess(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit')
  child.kill('SIGTERM')
  await gone
}
