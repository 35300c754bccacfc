import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { keyIdOf } from '../../agent/wire/envelope.ts'
import { exportRawPublicKey } from '../../agent/wire/keys.ts'
import { Factories } from '../../db/factories.ts'
import { cloneDatabase } from '../../db/testing.ts'
import { isOk, WorldProcess } from '../world/process.ts'

const checkout = fileURLToPath(new URL('../..', import.meta.url))

/** The device door as it runs for users: its own process and environment, the built agent, a database of its own. */
export async function startDoor() {
  const folder = await mkdtemp(join(tmpdir(), 'patchward-door-'))
  const database = await cloneDatabase()
  const factories = new Factories(database)
  const key = exportRawPublicKey(generateKeyPairSync('ed25519').privateKey)
  await factories.makeSigningKey(keyIdOf(Buffer.from(key, 'base64')), key)
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const door = new WorldProcess({
    command: process.execPath,
    args: [join(checkout, 'server/device-api/main.ts')],
    env: {
      PATH: process.env.PATH ?? '',
      DEVICE_DATABASE_URL: database.urls.app_device,
      DEVICE_API_PORT: String(port),
      PUBLIC_DEVICE_URL: url,
      DEVICE_SESSION_SECRET: randomBytes(32).toString('hex'),
      DEVICE_CHECK_IN_MS: '5000',
    },
    logFile: join(folder, 'door.log'),
    isReady: () => isOk(`${url}/readyz`),
  })
  const stop = async () => {
    await door.end('SIGTERM')
    await factories.close()
    await database.drop()
    await rm(folder, { recursive: true, force: true })
  }
  try {
    await door.start()
  } catch (error) {
    await stop()
    throw error
  }
  return { url, factories, stop }
}

export type RunningDoor = Awaited<ReturnType<typeof startDoor>>

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (!address || typeof address === 'string') throw new Error('no free port')
  return address.port
}
