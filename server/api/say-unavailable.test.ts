import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { TRPCError } from '@trpc/server'
import { expect, test } from 'vitest'
import { noteFailure, sayUnavailable } from './say-unavailable.ts'

sayUnavailable()

/** The answer of a server that does what Next does: hears of the error, then sets the status and sends. */
async function ask(listener: RequestListener): Promise<{ status: number; retryAfter: string | null }> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // A server that listens on a port has this form of address.
  const { port } = server.address() as AddressInfo
  try {
    const answer = await fetch(`http://127.0.0.1:${port}`)
    await answer.text()
    return { status: answer.status, retryAfter: answer.headers.get('retry-after') }
  } finally {
    server.close()
  }
}
const refused = Object.assign(new Error('connect ECONNREFUSED 10.0.0.7:5432'), { code: 'ECONNREFUSED' })
const lost = new Error('Failed query', { cause: refused })
const fails =
  (error: unknown): RequestListener =>
  async (_request, response) => {
    await new Promise((resolve) => setImmediate(resolve))
    noteFailure(error)
    response.statusCode = 500
    response.end('failed')
  }

test.each([
  ['the driver lost it', lost],
  ['it took too long', new Error('Failed query', { cause: Object.assign(new Error('canceling'), { code: '57014' }) })],
  ['a procedure said so', new TRPCError({ code: 'SERVICE_UNAVAILABLE' })],
])('a page without its database is unavailable: %s', async (_name, error) => {
  expect(await ask(fails(error))).toEqual({ status: 503, retryAfter: '5' })
})

test('so it is when the head is written by hand', async () => {
  const byHand: RequestListener = (_request, response) => {
    noteFailure(lost)
    response.writeHead(500, { 'content-type': 'text/plain' })
    response.end()
  }
  expect(await ask(byHand)).toEqual({ status: 503, retryAfter: '5' })
})

test.each([
  ['a fault of ours', new Error('deadlock detected')],
  ['what is not there', new TRPCError({ code: 'NOT_FOUND' })],
  ['no error at all', undefined],
])('%s stays what it is', async (_name, error) => {
  expect(await ask(fails(error))).toEqual({ status: 500, retryAfter: null })
})

test('an answer that succeeded all the same keeps its status, and the next request knows nothing of it', async () => {
  let count = 0
  const mended: RequestListener = (_request, response) => {
    if (count++ === 0) noteFailure(lost)
    response.statusCode = count === 1 ? 200 : 500
    response.end()
  }
  const server = createServer(mended)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // As above.
  const { port } = server.address() as AddressInfo
  const statuses = []
  for (let round = 0; round < 2; round++) statuses.push((await fetch(`http://127.0.0.1:${port}`)).status)
  server.close()
  expect(statuses).toEqual([200, 500])
})

test('two requests at a time are told apart', async () => {
  const answers = await Promise.all([ask(fails(lost)), ask(fails(new Error('other'))), ask(fails(lost))])
  expect(answers.map(({ status }) => status)).toEqual([503, 500, 503])
})
