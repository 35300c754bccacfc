import { once } from 'node:events'
import { createServer } from 'node:http'
import { expect, test } from 'vitest'
import { mendAddress, mendAddresses } from './mend-addresses.ts'

test.each([
  ['/api/m/%ff/events', '/api/m/%25ff/events'],
  ['/m/%E0%A4%A/overview?search=%ff', '/m/%25E0%25A4%25A/overview?search=%ff'],
  ['/m/%', '/m/%25'],
  ['/m/a%20b/%ff?x=%00#%', '/m/a%20b/%25ff?x=%00#%'],
  ['/m/northfold/devices?search=caf%C3%A9', '/m/northfold/devices?search=caf%C3%A9'],
  ['/', '/'],
  ['*', '*'],
])('%s is served as %s', (url, mended) => {
  expect(mendAddress(url)).toBe(mended)
  expect(() => decodeURIComponent(mended.split(/[?#]/)[0] ?? '')).not.toThrow()
})

test('a server of this process sees no other', async () => {
  mendAddresses()
  const server = createServer((request, response) => response.end(request.url)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (!address || typeof address === 'string') throw new Error('no port')
  const answer = await fetch(`http://127.0.0.1:${address.port}/m/%ff`)
  expect(await answer.text()).toBe('/m/%25ff')
  server.close()
})
