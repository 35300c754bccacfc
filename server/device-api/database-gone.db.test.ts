import { randomUUID } from 'node:crypto'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ClientRef } from '../../db/factories.ts'
import { request, TestDevice } from './test-device.ts'
import { startTestDoor, type TestDoor, waitUntil } from './testing.ts'

/** A way to PostgreSQL that a test can close and open again. */
class Passage {
  private server: Server | undefined
  private readonly sockets = new Set<Socket>()
  port = 0

  open(to: URL): Promise<void> {
    const server = createServer((near) => {
      const far = connect(Number(to.port), to.hostname)
      for (const socket of [near, far]) {
        this.sockets.add(socket)
        socket.on('error', () => {})
        socket.on('close', () => {
          near.destroy()
          far.destroy()
          this.sockets.delete(socket)
        })
      }
      near.pipe(far).pipe(near)
    })
    this.server = server
    return new Promise((resolve) =>
      server.listen(this.port, '127.0.0.1', () => {
        const address = server.address()
        if (address && typeof address === 'object') this.port = address.port
        resolve()
      }),
    )
  }

  async close(): Promise<void> {
    const { server } = this
    await new Promise((resolve) => {
      server?.close(resolve)
      for (const socket of this.sockets) socket.destroy()
    })
  }
}

let door: TestDoor
let client: ClientRef
let device: TestDevice
const passage = new Passage()
const database = new URL(process.env.TEST_DATABASE_ADMIN_URL ?? 'postgres://127.0.0.1:5432/')

beforeAll(async () => {
  await passage.open(database)
  door = await startTestDoor({}, (url) => {
    const through = new URL(url)
    through.hostname = '127.0.0.1'
    through.port = String(passage.port)
    return through.toString()
  })
  client = await door.factories.makeClient(await door.factories.makeMsp())
  device = await door.addDevice(client)
})
afterAll(async () => {
  await door.stop()
  await passage.close()
})

test('without its database the door says 503 and when to come back, lives, and goes on when it returns', async () => {
  const stranger = new TestDevice(door.baseUrl)
  const token = await door.factories.makeToken(client)
  const waiting = device.poll(50_000)
  await waitUntil(() => door.door.polls.count() === 1)
  await passage.close()

  const replies = await Promise.all([
    device.checkIn(),
    device.inventory({}),
    device.poll(0),
    device.permit(randomUUID()),
    device.report(),
    stranger.enrol(token),
    request(`${door.baseUrl}/readyz`, {}),
  ])
  for (const reply of replies) {
    expect(reply).toMatchObject({ status: 503, body: { error: { code: 'unavailable' } } })
    expect(Number(reply.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(JSON.stringify(reply.body)).not.toMatch(/select|door\.|ECONN|127\.0\.0\.1/)
  }
  expect((await request(`${door.baseUrl}/healthz`, {})).status).toBe(200)

  await passage.open(database)
  await waitUntil(async () => (await request(`${door.baseUrl}/readyz`, {})).status === 200, 20_000)
  expect((await device.checkIn()).status).toBe(200)
  expect((await stranger.enrol(token)).status).toBe(200)
  // Who waited all the time is not forgotten: told to come back, or still waiting when its next poll takes its place.
  expect((await device.poll(1)).status).toBe(200)
  expect([200, 503]).toContain((await waiting).status)
})
