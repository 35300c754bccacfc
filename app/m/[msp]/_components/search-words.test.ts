import { expect, test } from 'vitest'
import { searchEverythingSchema } from '@/server/search/schema'
import { plainSearch, spokenResult } from './search-words'

const found = (clients: number, devices: number, patches: number, rollouts: number, hasMore = false) => ({
  clients: { rows: Array(clients).fill(0), hasMore: false },
  devices: { rows: Array(devices).fill(0), hasMore },
  patches: { rows: Array(patches).fill(0), hasMore: false },
  rollouts: { rows: Array(rollouts).fill(0), hasMore: false },
})

test.each([
  [found(0, 0, 0, 0), 'Nothing found'],
  [found(1, 0, 0, 0), 'Found 1 client'],
  [found(1, 6, 0, 2, true), 'Found 1 client, more than 6 devices and 2 rollouts'],
  [found(2, 1, 1, 1), 'Found 2 clients, 1 device, 1 patch and 1 rollout'],
])('%#: %s is told as "%s"', (result, words) => {
  expect(spokenResult(result)).toBe(words)
})

test.each([
  ['  bw-ws-01 ', 'bw-ws-01'],
  ['bw-ws-01\tBrightwater', 'bw-ws-01 Brightwater'],
  ['\u202ebw\u0000 \ud800', 'bw'],
  ['\u2028 \u200b', ''],
])('what is pasted as %j is searched as "%s", which the server takes', (typed, text) => {
  expect(plainSearch(typed)).toBe(text)
  expect(searchEverythingSchema.safeParse({ text }).success).toBe(text !== '')
})
