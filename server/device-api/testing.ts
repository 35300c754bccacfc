import { generateKeyPairSync } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import type { DeviceFacts } from '../../agent/wire/door.ts'
import { keyIdOf } from '../../agent/wire/envelope.ts'
import { exportRawPublicKey } from '../../agent/wire/keys.ts'
import type { ClientRef } from '../../db/factories.ts'
import { Factories } from '../../db/factories.ts'
import { closePools, connectPools } from '../../db/tenant.ts'
import { cloneDatabase, type TestDatabase } from '../../db/testing.ts'
import { listenForOrders, openDoorPool } from '../ingest.ts'
import { buildServer, type ServerOptions } from './server.ts'
import { TestDevice } from './test-device.ts'

const databaseConnections = 4
export const testSessionSecret = 'a secret of at least 32 characters for tests'

/** A door on a free port of loopback over a database of its own, with a signing key in it. One a test file: pools are per process. */
export async function startTestDoor(
  options: Partial<ServerOptions> = {},
  /** Where the door itself looks for its database: for tests that take it away. */
  reach: (url: string) => string = (url) => url,
) {
  const database: TestDatabase = await cloneDatabase()
  const factories = new Factories(database)
  const signingKey = generateKeyPairSync('ed25519').privateKey
  const key = exportRawPublicKey(signingKey)
  await factories.makeSigningKey(keyIdOf(Buffer.from(key, 'base64')), key)
  openDoorPool(reach(database.urls.app_device), databaseConnections)
  const built = buildServer({
    sessionSecret: testSessionSecret,
    publicUrl: 'http://127.0.0.1',
    checkInMs: 5_000,
    databaseConnections,
    agentBundleFile: new URL(import.meta.url).pathname,
    ...options,
  })
  await built.server.listen({ host: '127.0.0.1', port: 0 })
  await listenForOrders(built.door.polls.wake)
  // A server that listens on a port has an address object.
  const { port } = built.server.server.address() as AddressInfo
  const baseUrl = `http://127.0.0.1:${port}`
  return {
    ...built,
    baseUrl,
    port,
    database,
    factories,
    /** The one key of the first root. */
    signingKey,
    /** A device of this client, enrolled with a token that gives it these tags. */
    async addDevice(client: ClientRef, about: Partial<DeviceFacts> & { tags?: string[] } = {}): Promise<TestDevice> {
      const { tags = [], ...facts } = about
      const device = new TestDevice(baseUrl, facts)
      const reply = await device.enrol(await factories.makeToken(client, { tags }))
      if (reply.status !== 200) throw new Error(`enrolment answered ${reply.status} ${reply.body.error?.message}`)
      return device
    },
    /** The same with an order that is over: its reports are about that one. */
    async addOrderedDevice(client: ClientRef): Promise<TestDevice> {
      const device = await this.addDevice(client)
      device.orderId = await factories.makeOrder(client, { deviceId: device.deviceId, verb: 'scan', state: 'finished' })
      return device
    },
    async stop(): Promise<void> {
      await built.server.close()
      await factories.close()
      await database.drop()
    },
  }
}

/** The same with the pools of the console and the worker beside it: for tests of verbs and reads. */
export async function startTestConsole(options: Partial<ServerOptions> = {}): Promise<TestDoor> {
  const door = await startTestDoor(options)
  const { urls } = door.database
  connectPools({ tenant: urls.app_web, jobs: urls.app_worker, across: urls.app_across })
  return {
    ...door,
    async stop() {
      await door.stop()
      await closePools()
    },
  }
}

export type TestDoor = Awaited<ReturnType<typeof startTestDoor>>

/** Asks `look` until it answers something truthy; throws after `limitMs`. */
export async function waitUntil<T>(look: () => Promise<T> | T, limitMs = 5_000): Promise<NonNullable<T>> {
  for (const end = Date.now() + limitMs; ; ) {
    const seen = await look()
    if (seen) return seen
    if (Date.now() > end) throw new Error(`it did not happen within ${limitMs} ms`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
