import { describe, expect, test } from 'vitest'
import { checkRequest, maxBodyBytes, readLimitedBody } from './check-request.ts'

const json = { 'content-type': 'application/json', host: 'console.example' }
const status = (method: string, headers: Record<string, string>) => checkRequest(method, new Headers(headers))?.status

describe('a mutation comes from our own pages', () => {
  test.each([
    ['our page, as browsers say it', { 'sec-fetch-site': 'same-origin' }, undefined],
    ['our page, over plain HTTP', { origin: 'http://console.example' }, undefined],
    ['a page of another site', { 'sec-fetch-site': 'cross-site' }, 403],
    ['a page of a sister domain', { 'sec-fetch-site': 'same-site' }, 403],
    ['an address typed by hand', { 'sec-fetch-site': 'none' }, 403],
    [
      'a foreign page that names our origin as well',
      { 'sec-fetch-site': 'cross-site', origin: 'http://console.example' },
      403,
    ],
    ['another origin', { origin: 'https://evil.example' }, 403],
    ['another port of our host', { origin: 'http://console.example:8080' }, 403],
    ['a name that begins like ours', { origin: 'http://console.example.evil.example' }, 403],
    ['a sandboxed frame', { origin: 'null' }, 403],
    ['no page at all', {}, 403],
  ])('%s', (_says, headers, expected) => {
    expect(status('POST', { ...json, ...headers })).toBe(expected)
  })

  test.each([
    ['text/plain', 415],
    ['application/x-www-form-urlencoded', 415],
    ['multipart/form-data; boundary=x', 415],
    ['', 415],
    ['application/json; charset=utf-8', undefined],
    ['APPLICATION/JSON', undefined],
  ])('a form of another site could send %j without asking', (type, expected) => {
    expect(status('POST', { ...json, 'sec-fetch-site': 'same-origin', 'content-type': type })).toBe(expected)
  })

  test.each(['PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD'])('%s is not understood', (method) => {
    expect(status(method, { ...json, 'sec-fetch-site': 'same-origin' })).toBe(405)
  })

  test('a query needs no proof: it changes nothing', () => {
    expect(status('GET', { 'sec-fetch-site': 'cross-site' })).toBeUndefined()
  })
})

describe('a body is at most 1 MB', () => {
  const bodyOf = (bytes: number) => new Response(new Uint8Array(bytes)).body

  test('by its header', () => {
    const headers = { ...json, 'sec-fetch-site': 'same-origin', 'content-length': String(maxBodyBytes + 1) }
    expect(status('POST', headers)).toBe(413)
  })

  test('and by what really comes', async () => {
    expect(await readLimitedBody(bodyOf(maxBodyBytes))).toHaveLength(maxBodyBytes)
    expect(await readLimitedBody(bodyOf(maxBodyBytes + 1))).toBeNull()
  })

  test('an endless one is left early', async () => {
    let sent = 0
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 1
        controller.enqueue(new Uint8Array(64 * 1024))
      },
    })
    expect(await readLimitedBody(endless)).toBeNull()
    expect(sent).toBeLessThan(20)
  })

  test('none is an empty one', async () => {
    expect(await readLimitedBody(null)).toHaveLength(0)
  })
})
