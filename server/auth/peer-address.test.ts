import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import {
  clientAddressOf,
  findClient,
  isFromOwnPage,
  isFromThisMachine,
  isLoopbackAddress,
  isLoopbackHost,
  parseRanges,
  stampPeerAddresses,
} from './peer-address.ts'

test.each(['127.0.0.1', '127.8.0.9', '::1', '::ffff:127.0.0.1'])('%s is the machine itself', (address) => {
  expect(isLoopbackAddress(address)).toBe(true)
})

test.each(['10.0.0.1', '::ffff:10.0.0.1', '', '127.0.0.1, 10.0.0.1', '1127.0.0.1', 'localhost'])(
  '%s is not',
  (address) => {
    expect(isLoopbackAddress(address)).toBe(false)
  },
)

test.each(['localhost', 'localhost:3000', '127.0.0.1:80', '127.0.0.1:3000', '[::1]:3000'])(
  'host %s names it',
  (host) => {
    expect(isLoopbackHost(host)).toBe(true)
  },
)

test.each([
  '',
  'console.example',
  'localhost.evil.example',
  '127.0.0.1.nip.io',
  'user@127.0.0.1',
  '127.0.0.1/evil.example',
  'evil.example#127.0.0.1',
  '2130706433',
])('host %s does not', (host) => {
  expect(isLoopbackHost(host)).toBe(false)
})

test('both socket and host must say so; what a caller says of itself counts for nothing', () => {
  const from = (headers: Record<string, string>) => isFromThisMachine(new Headers(headers))
  expect(from({ host: '127.0.0.1:3000', 'x-patchward-peer': '127.0.0.1' })).toBe(true)
  expect(from({ host: 'console.example', 'x-patchward-peer': '127.0.0.1' })).toBe(false)
  expect(from({ host: '127.0.0.1:3000', 'x-patchward-peer': '10.0.0.1' })).toBe(false)
  expect(from({ host: '127.0.0.1:3000', 'x-forwarded-for': '127.0.0.1' })).toBe(false)
})

test('a form counts as ours only with the origin of its own host', () => {
  const from = (origin?: string) =>
    isFromOwnPage(new Headers({ host: '127.0.0.1:3000', ...(origin ? { origin } : {}) }))
  expect(from('http://127.0.0.1:3000')).toBe(true)
  expect(from('http://127.0.0.1:3001')).toBe(false)
  expect(from('null')).toBe(false)
  expect(from()).toBe(false)
})

test.each([
  ['whatever header the caller sent', { 'x-patchward-peer': '10.9.9.9' }, '127.0.0.1'],
  [
    'but a proxy that speaks for somebody is nobody of this machine',
    { 'x-forwarded-for': '127.0.0.1' },
    'behind a proxy',
  ],
  ['nor one that says so by another header', { via: '1.1 proxy', 'x-patchward-peer': '127.0.0.1' }, 'behind a proxy'],
])('the stamp is the address of the socket, %s', async (_says, headers, stamp) => {
  stampPeerAddresses()
  const server = createServer((incoming, answer) => answer.end(String(incoming.headers['x-patchward-peer'])))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // A server that listens on TCP has an address with a port.
  const { port } = server.address() as AddressInfo
  const told = await new Promise<string>((resolve, reject) => {
    request({ host: '127.0.0.1', port, headers }, (response) => {
      response.on('data', (chunk) => resolve(String(chunk)))
    })
      .on('error', reject)
      .end()
  })
  await new Promise((resolve) => server.close(resolve))
  expect(told).toBe(stamp)
})

test.each([
  ['no proxy is trusted: the peer, whatever it says', '10.0.0.9', '203.0.113.7', [], '10.0.0.9'],
  ['a trusted proxy says who it is', '10.0.0.9', '203.0.113.7', ['10.0.0.0/8'], '203.0.113.7'],
  ['in the clothes of IPv6', '::ffff:10.0.0.9', '203.0.113.7', ['10.0.0.0/8'], '203.0.113.7'],
  ['another peer is no proxy', '192.0.2.4', '203.0.113.7', ['10.0.0.0/8'], '192.0.2.4'],
  ['what a client wrote before the proxy did', '10.0.0.9', '1.1.1.1, 203.0.113.7', ['10.0.0.0/8'], '203.0.113.7'],
  ['two proxies, one behind the other', '10.0.0.9', '1.1.1.1, 203.0.113.7, 10.0.0.8', ['10.0.0.0/8'], '203.0.113.7'],
  ['all of them trusted', '10.0.0.9', '10.0.0.7', ['10.0.0.0/8'], '10.0.0.7'],
  ['a proxy that says nothing', '10.0.0.9', '', ['10.0.0.0/8'], '10.0.0.9'],
  ['no address at all', '10.0.0.9', 'localhost', ['10.0.0.0/8'], '10.0.0.9'],
  ['IPv6', '::1', '2001:db8::7', ['::1'], '2001:db8::7'],
])('whose request it is: %s', (_says, peer, forwardedFor, ranges, client) => {
  expect(findClient(peer, forwardedFor, parseRanges(ranges))).toBe(client)
})

test.each(['10.0.0.0/33', 'proxy', '10.0.0.0/', '10.0.0/8', '::1/129', ''])('%j is no address range', (range) => {
  expect(() => parseRanges([range])).toThrow(`${range} is no address range`)
})

test('a request without a stamp is nobody’s', () => {
  expect(clientAddressOf(new Headers({ 'x-forwarded-for': '203.0.113.7' }))).toBe('unknown')
})
