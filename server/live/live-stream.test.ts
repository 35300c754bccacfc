import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { LiveStream, pingEveryMs, recheckEveryMs } from './live-stream.ts'
import type { ChangeNotice, LiveScope } from './rules.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const technician: LiveScope = { mspId: 'msp', clients: ['seen'] }
const change = (ids: string[], over: Partial<ChangeNotice> = {}): ChangeNotice => ({
  mspId: 'msp',
  clientId: 'seen',
  topic: 'device',
  ids,
  ...over,
})

/** A stream, what it wrote as `event data`, and how often it ended. */
function open(recheck: () => Promise<LiveScope | null> = async () => technician) {
  let text = ''
  let ends = 0
  const stream = new LiveStream({
    scope: technician,
    recheck,
    write: (more) => {
      text += more
    },
    onEnd: () => {
      ends += 1
    },
  })
  return {
    stream,
    ends: () => ends,
    heard: (event: string) =>
      [...text.matchAll(/event: (\S+)\ndata: (.*)\n\n/g)]
        .filter(([, kind]) => kind === event)
        .map(([, , data]) => data),
  }
}
const device = (ids: string[]) => JSON.stringify({ topic: 'device', ids })

test('the first change is told at once, what follows within a second together at its end', () => {
  const { stream, heard } = open()
  stream.offer(change(['d1']))
  expect(heard('change')).toEqual([device(['d1'])])
  stream.offer(change(['d2']))
  stream.offer(change(['d3', 'd2']))
  vi.advanceTimersByTime(999)
  expect(heard('change')).toHaveLength(1)
  vi.advanceTimersByTime(1)
  expect(heard('change')).toEqual([device(['d1']), device(['d2', 'd3'])])
})

test('a storm of changes is one message a second and topic, without ids when they are many', () => {
  const { stream, heard } = open()
  for (let tick = 0; tick < 50; tick++) {
    stream.offer(change([`d${tick}a`, `d${tick}b`]))
    stream.offer(change(['r'], { topic: 'rollout' }))
    vi.advanceTimersByTime(100)
  }
  const told = heard('change')
  expect(told.length).toBeLessThanOrEqual(12)
  expect(told.every((data) => JSON.parse(data ?? '').ids.length <= 50)).toBe(true)
  stream.offer(change(Array.from({ length: 51 }, (_, place) => `e${place}`)))
  vi.advanceTimersByTime(2_000)
  expect(
    heard('change')
      .filter((data) => data?.includes('device'))
      .at(-1),
  ).toBe(device([]))
})

test('"many" stays many, also when single ids follow', () => {
  const { stream, heard } = open()
  stream.offer(change(['d1']))
  stream.offer(change([]))
  stream.offer(change(['d2']))
  vi.advanceTimersByTime(1_000)
  expect(heard('change').at(-1)).toBe(device([]))
})

test('a client that its owner may not see does not even delay what they may', () => {
  const { stream, heard } = open()
  stream.offer(change(['x'], { clientId: 'hidden' }))
  stream.offer(change(['x'], { mspId: 'other' }))
  expect(heard('change')).toEqual([])
  stream.offer(change(['d1']))
  expect(heard('change')).toEqual([device(['d1'])])
})

test('it says something at least every 20 seconds', () => {
  const { heard } = open()
  vi.advanceTimersByTime(3 * pingEveryMs)
  expect(heard('ping')).toHaveLength(4)
})

test('access is asked again every minute, and the stream ends when it is gone', async () => {
  let isMember = true
  const { stream, heard, ends } = open(async () => (isMember ? technician : null))
  await vi.advanceTimersByTimeAsync(recheckEveryMs)
  expect(ends()).toBe(0)
  isMember = false
  await vi.advanceTimersByTimeAsync(recheckEveryMs)
  expect(ends()).toBe(1)
  const before = heard('change').length
  stream.offer(change(['d1']))
  await vi.advanceTimersByTimeAsync(10 * recheckEveryMs)
  expect(heard('change')).toHaveLength(before)
  expect(ends()).toBe(1)
})

test('when nobody can say whether its owner still may, it ends', async () => {
  const { ends } = open(() => Promise.reject(new Error('no database')))
  await vi.advanceTimersByTimeAsync(recheckEveryMs)
  expect(ends()).toBe(1)
})

test('other clients from now on: the page reads everything anew, and the lost client is heard no more', async () => {
  const { stream, heard } = open(async () => ({ mspId: 'msp', clients: ['new'] }))
  await vi.advanceTimersByTimeAsync(recheckEveryMs)
  expect(heard('resync')).toHaveLength(1)
  stream.offer(change(['d1']))
  stream.offer(change(['d2'], { clientId: 'new' }))
  expect(heard('change')).toEqual([device(['d2'])])
  await vi.advanceTimersByTimeAsync(recheckEveryMs)
  expect(heard('resync')).toHaveLength(1)
})

test('after its end no timer is left', () => {
  const { stream, ends } = open()
  stream.offer(change(['d1']))
  stream.end()
  stream.end()
  expect(ends()).toBe(1)
  expect(vi.getTimerCount()).toBe(0)
})
