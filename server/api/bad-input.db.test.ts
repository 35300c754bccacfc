import superjson from 'superjson'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openTenancy, type TestCompany } from '../auth/testing.ts'
import { badBodies, badFields, badSlugs, badValues, textFields } from './bad-input.corpus.ts'
import { handleRequest } from './handle-request.ts'
import { requestContext } from './request-context.ts'
import { appRouter } from './root.ts'

let tenancy: Awaited<ReturnType<typeof openTenancy>>
let company: TestCompany
let owner: { userId: string }
beforeAll(async () => {
  tenancy = await openTenancy()
  company = await tenancy.makeCompany()
  owner = await company.makeMember('owner')
})
afterAll(() => tenancy.close())

// Typed as the tree of routers, flat at run time: keys are paths with dots.
const flat = appRouter._def.procedures as unknown as Record<string, { _def: { type: string } }>

/** Sends this text as the input of a procedure, the way the console's own page would. */
async function send(path: string, text: string, { slug = company.slug, headers = {} } = {}) {
  const url = `http://127.0.0.1/api/m/x/trpc/${path}`
  const isVerb = flat[path]?._def.type === 'mutation'
  const ours = { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin', ...headers }
  const request = isVerb
    ? new Request(url, { method: 'POST', body: text, headers: ours })
    : new Request(`${url}?input=${encodeURIComponent(text)}`)
  const response = await handleRequest(
    request,
    requestContext(slug, async () => ({ ...owner, provedAt: new Date() })),
  )
  return { status: response.status, text: await response.text() }
}
const write = (input: unknown) => JSON.stringify(superjson.serialize(input))
const leak = /select |insert |postgres|at \w+ \(|\.ts:|superjson|prototype|SyntaxError|JSON at/i
const words = ({ text }: { text: string }): string => JSON.parse(text).error?.json.message ?? ''

test.each(badFields)('%s', async (_name, path, input) => {
  const reply = await send(path, write(input))
  expect(reply.status, reply.text).toBe(400)
  expect(words(reply)).not.toMatch(leak)
})

test.each(textFields)('%s of %s is refused for nothing but its text', async (_field, path, input) => {
  // A time zone, a key of a row: what is good there is no free text.
  const good = path === 'rollouts.list' ? `2026-01-01T00:00:00Z_${crypto.randomUUID()}` : 'UTC'
  const reply = await send(path, write(input(good)))
  expect([200, 404], reply.text).toContain(reply.status)
})

test.each(badValues)('%s %j', async (path, input) => {
  const reply = await send(path, write(input))
  expect(reply.status, reply.text).toBe(400)
  expect(words(reply)).not.toMatch(leak)
})

describe.each(['clients.create', 'devices.get'])('what %s cannot read', (path) => {
  test.each(badBodies)('%s', async (_name, body) => {
    const reply = await send(path, body)
    expect(reply.status, reply.text).toBe(400)
    expect(words(reply)).not.toMatch(leak)
    expect(Object.keys(Object.prototype)).toEqual([])
  })
})

test('a compressed body is refused by its header', async () => {
  const reply = await send('clients.create', 'xx', { headers: { 'content-encoding': 'gzip' } })
  expect(reply.status).toBe(415)
})

test.each(badSlugs)('an MSP called %j is not found', async (slug) => {
  const reply = await send('session.get', 'null', { slug })
  expect(reply.status, reply.text).toBe(404)
})
