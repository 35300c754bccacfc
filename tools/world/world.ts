import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Factories } from '../../db/factories.ts'
import { closePools, connectPools } from '../../db/tenant.ts'
import { cloneDatabase } from '../../db/testing.ts'
import type { Policy } from '../../server/policies/schema.ts'
import { type Lab, startLab } from '../lab/lab.ts'
import type { PackageRef } from '../lab/packages.ts'
import { labPolicy } from '../seed/lab-policy.ts'
import { freePorts } from './free-ports.ts'
import { isOk, WorldProcess } from './process.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

export interface WorldPlan {
  /** Device names by client; a name that ends in "-test" is the client's test device. */
  clients: { name: string; devices: string[] }[]
  policy?: Policy
  /** What is missing at first (packages of the lab). */
  offer?: PackageRef[]
}

/**
 * A whole Patchward for one test: a cloned database, its own Temporal server, worker and device door as real processes, and a device lab
 * with real agents on real apt. This process holds the pools, so that tests call the product's verbs.
 */
export async function startWorld(plan: WorldPlan) {
  const folder = await mkdtemp(join(tmpdir(), 'patchward-world-'))
  const database = await cloneDatabase()
  const factories = new Factories(database)
  connectPools({ tenant: database.urls.app_worker, across: database.urls.app_across })
  const keyFile = join(folder, 'order-signing.pem')
  const { privateKey } = generateKeyPairSync('ed25519')
  await writeFile(keyFile, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 })
  const auditKeyFile = join(folder, 'audit-signing.pem')
  const auditKey = generateKeyPairSync('ed25519').privateKey
  await writeFile(auditKeyFile, auditKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 })
  const [temporalPort, doorPort, healthPort] = await freePorts(3)
  const base = { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '/', LANG: 'C.UTF-8' }
  const checkIn = { DEVICE_CHECK_IN_MS: '3000' }

  const temporal = new WorldProcess({
    command: process.env.TEMPORAL_CLI ?? 'temporal',
    args: [
      'server',
      'start-dev',
      '--headless',
      '--ip',
      '127.0.0.1',
      '--port',
      String(temporalPort),
      '--namespace',
      'patchward',
      '--db-filename',
      join(folder, 'temporal.sqlite'),
      '--sqlite-pragma',
      'journal_mode=WAL',
      '--sqlite-pragma',
      'synchronous=OFF',
    ],
    env: base,
    logFile: join(folder, 'temporal.log'),
    isReady: () => isListening(Number(temporalPort)),
  })
  const worker = new WorldProcess({
    command: process.execPath,
    args: [join(root, 'workflows/worker.ts')],
    env: {
      ...base,
      ...checkIn,
      WORKER_DATABASE_URL: database.urls.app_worker,
      ACROSS_DATABASE_URL: database.urls.app_across,
      TEMPORAL_ADDRESS: `127.0.0.1:${temporalPort}`,
      TEMPORAL_NAMESPACE: 'patchward',
      ORDER_SIGNING_KEY_FILE: keyFile,
      AUDIT_SIGNING_KEY_FILE: auditKeyFile,
      WORKER_HEALTH_PORT: String(healthPort),
      PUBLIC_URL: 'http://127.0.0.1:3000',
      WORKFLOW_BUNDLE: join(root, 'dist/workflows.cjs'),
    },
    logFile: join(folder, 'worker.log'),
    isReady: () => isOk(`http://127.0.0.1:${healthPort}/readyz`),
  })
  const door = new WorldProcess({
    command: process.execPath,
    args: [join(root, 'server/device-api/main.ts')],
    env: {
      ...base,
      ...checkIn,
      DEVICE_DATABASE_URL: database.urls.app_device,
      DEVICE_API_PORT: String(doorPort),
      PUBLIC_DEVICE_URL: `http://127.0.0.1:${doorPort}`,
      DEVICE_SESSION_SECRET: randomBytes(32).toString('hex'),
    },
    logFile: join(folder, 'door.log'),
    isReady: () => isOk(`http://127.0.0.1:${doorPort}/readyz`),
  })
  await temporal.start()
  await worker.start()
  await door.start()

  const mspId = await factories.makeMsp()
  await factories.makePolicy(mspId, plan.policy ?? labPolicy)
  const clients = []
  const devices: { name: string; token: string }[] = []
  for (const { name, devices: names } of plan.clients) {
    const client = await factories.makeClient(mspId, { name })
    clients.push({ ...client, name, devices: names })
    for (const device of names)
      devices.push({
        name: device,
        token: await factories.makeToken(client, { tags: device.endsWith('-test') ? ['test'] : [] }),
      })
  }
  const lab: Lab = await startLab({
    plan: { deviceUrl: `http://127.0.0.1:${doorPort}`, devices },
    folder: join(folder, 'lab'),
    agentBundle: join(root, 'dist/agent/patchward-agent.mjs'),
    agentEnv: { PATCHWARD_SCAN_EVERY_MS: '6000' },
    offer: plan.offer,
    say: () => {},
  })
  return {
    temporalAddress: `127.0.0.1:${temporalPort}`,
    folder,
    database,
    factories,
    mspId,
    clients,
    lab,
    temporal,
    worker,
    door,
    device: (name: string) => {
      const found = lab.devices.find((one) => one.name === name)
      if (!found) throw new Error(`no device ${name} in this world`)
      return found
    },
    async stop() {
      await lab.stop()
      await door.end('SIGTERM')
      await worker.end('SIGTERM')
      await temporal.end('SIGTERM')
      await closePools()
      await factories.close()
      await database.drop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
export type World = Awaited<ReturnType<typeof startWorld>>

function isListening(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(1_000) }).then(
    () => true,
    (error: Error) => !String(error.cause ?? error).includes('ECONNREFUSED'),
  )
}
