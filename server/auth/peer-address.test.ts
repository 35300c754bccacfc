import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import {
  isFromOwnPage,
  isFromThisMachine,
  isLoopbackAddress,
  isLoopbackHost,
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
