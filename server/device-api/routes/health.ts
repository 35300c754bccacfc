import type { FastifyInstance } from 'fastify'
import type { Door } from '../door.ts'
import { DoorError, databaseGone } from '../errors.ts'

/** `GET /healthz` (alive), `/readyz` (the database answers), `/metrics` (this machine only). */
export function healthRoutes(server: FastifyInstance, door: Door, isDatabaseReachable: () => Promise<boolean>): void {
  server.get('/healthz', async () => ({ status: 'alive', serverTime: door.now().toISOString() }))
  server.get('/readyz', async () => {
    if (!(await isDatabaseReachable())) throw databaseGone()
    return { status: 'ready', serverTime: door.now().toISOString() }
  })
  server.get('/metrics', async (request, reply) => {
    const isFromHere = /^(127\.|::1$|::ffff:127\.)/.test(request.socket.remoteAddress ?? '')
    // A proxy on this machine speaks for somebody else.
    if (!isFromHere || request.headers['x-forwarded-for'] || request.headers.forwarded) {
      throw new DoorError('not-found', 'There is nothing here.')
    }
    return reply.type('text/plain; version=0.0.4').send(await door.metrics.render(door.polls.count()))
  })
}
