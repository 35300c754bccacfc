import { createServer } from 'node:http'
import { buildServer } from '../../server/device-api/server.ts'
import { openDoorPool } from '../../server/ingest.ts'

/**
 * The door as a process of its own for measurements: no limit per address, because all load comes from one. With BENCH_BARE=1 a server
 * that reads the body and answers the same number of bytes, as the limit of this machine. Prints its port.
 */
const say = (port: number) => process.stdout.write(`${port}\n`)
if (process.env.BENCH_BARE) {
  const answer = JSON.stringify({
    serverTime: new Date().toISOString(),
    checkInMs: 5_000,
    jitterMs: 500,
    want: [],
    hasOrders: false,
  })
  const head = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(answer) }
  const bare = createServer((request, response) => {
    request.resume()
    request.on('end', () => response.writeHead(200, head).end(answer))
  })
  bare.listen(0, '127.0.0.1', () => {
    const address = bare.address()
    say(address && typeof address === 'object' ? address.port : 0)
  })
} else {
  const many = { points: Number.MAX_SAFE_INTEGER, perMs: 60_000 }
  openDoorPool(process.env.DEVICE_DATABASE_URL ?? '', 8)
  const { server } = buildServer({
    sessionSecret: process.env.DEVICE_SESSION_SECRET ?? '',
    publicUrl: 'http://127.0.0.1',
    checkInMs: 5_000,
    agentBundleFile: import.meta.filename,
    limits: { address: many, device: many, enrol: many },
  })
  const address = await server.listen({ host: '127.0.0.1', port: 0 })
  say(Number(new URL(address).port))
  process.on('SIGTERM', () => void server.close())
}
