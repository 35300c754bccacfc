import type { Socket } from 'node:net'
import { type FastifyBaseLogger, type FastifyInstance, fastify, LogController } from 'fastify'
import { closeDoorPool, isDatabaseReachable } from '../ingest.ts'
import { answerHeaders, rawAnswerHeaders } from './answer-headers.ts'
import { createDoor, type Door, type DoorOptions } from './door.ts'
import { DoorError, errorBody, makeErrorHandler } from './errors.ts'
import { checkInRoute } from './routes/check-in.ts'
import { downloadRoutes } from './routes/download.ts'
import { enrolRoute } from './routes/enrol.ts'
import { healthRoutes } from './routes/health.ts'
import { installRoute } from './routes/install.ts'
import { inventoryRoute } from './routes/inventory.ts'
import { permitRoute } from './routes/permit.ts'
import { pollRoute } from './routes/poll.ts'
import { reportsRoute } from './routes/reports.ts'
import { rootsRoute } from './routes/roots.ts'

export interface ServerOptions extends DoorOptions {
  logger?: FastifyBaseLogger
  /** Address ranges whose X-Forwarded-For is believed. */
  trustedProxies?: string[]
}

/** The door without a socket: the caller opens the pool (`openDoorPool`), listens and closes. `close()` answers held polls. */
export function buildServer(options: ServerOptions): { server: FastifyInstance; door: Door; routes: DoorRoute[] } {
  const door = createDoor(options)
  const server: FastifyInstance = fastify({
    ...(options.logger ? { loggerInstance: options.logger } : {}),
    // An access line a request would be most of the log; refusals and times are counted in the metrics.
    logController: new LogController({ disableRequestLogging: true }),
    trustProxy: options.trustedProxies ?? false,
    bodyLimit: 8 * 1024,
    exposeHeadRoutes: false,
    return503OnClosing: false,
    // A whole request must arrive in this time; idle connections outlive the 60 s of common load balancers.
    requestTimeout: 120_000,
    keepAliveTimeout: 72_000,
    clientErrorHandler: (error, socket) => refuseRaw(error, socket, door),
    frameworkErrors: (error, request, reply) => handleError(error, request, reply),
  })
  const handleError = makeErrorHandler(door.now, door.metrics.refused)

  // The raw bytes are what is signed; they are parsed by the route, after the signature was checked.
  server.removeAllContentTypeParsers()
  server.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  server.setErrorHandler(handleError)
  server.setNotFoundHandler((_request, reply) =>
    reply.code(404).send(errorBody(new DoorError('not-found', 'There is nothing here.'), door.now())),
  )
  server.addHook('onResponse', (request, reply, done) => {
    door.metrics.answered(request.routeOptions.url ?? 'none', reply.statusCode, reply.elapsedTime / 1000)
    done()
  })

  // Before the framework sees the request, so that what it refuses by itself has them too.
  server.server.prependListener('request', (_request, response) => {
    for (const [name, value] of Object.entries(answerHeaders)) response.setHeader(name, value)
  })

  const routes: DoorRoute[] = []
  server.addHook('onRoute', ({ method, url }) => {
    routes.push({ method: String(method), url })
  })
  healthRoutes(server, door, isDatabaseReachable)
  for (const route of [
    downloadRoutes,
    installRoute,
    enrolRoute,
    checkInRoute,
    rootsRoute,
    inventoryRoute,
    pollRoute,
    permitRoute,
    reportsRoute,
  ]) {
    route(server, door)
  }

  let isClosing = false
  server.addHook('preClose', (done) => {
    isClosing = true
    door.polls.close()
    done()
  })
  // An answer that ends after the closing began must not leave its connection open behind it.
  server.addHook('onSend', (_request, reply, _payload, done) => {
    if (isClosing) reply.header('connection', 'close')
    done()
  })
  server.addHook('onClose', () => closeDoorPool())
  return { server, door, routes }
}

export interface DoorRoute {
  method: string
  url: string
}

/** What is not even HTTP, or came too slowly: answered in the door's form where the connection still takes it. */
function refuseRaw(error: Error & { code?: string }, socket: Socket, door: Door): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return
  const isSlow = error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
  const status = isSlow
    ? '408 Request Timeout'
    : error.code === 'HPE_HEADER_OVERFLOW'
      ? '431 Too Large'
      : '400 Bad Request'
  const body = JSON.stringify(
    errorBody(new DoorError('malformed', 'This is not a request the door can read.'), door.now()),
  )
  if (socket.writable) {
    socket.write(
      `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n${rawAnswerHeaders}\r\n${body}`,
    )
  }
  socket.destroySoon()
}
