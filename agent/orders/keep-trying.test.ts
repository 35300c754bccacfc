import { expect, test } from 'vitest'
import { keepTrying, type RetryRule } from './keep-trying.ts'

const rule: RetryRule = { firstMs: 1, maxMs: 2, tries: 3 }
const open = new AbortController().signal
const failTimes = (times: number, calls: string[], name: string) => (reason: string) => {
  calls.push(`${name} "${reason}"`)
  return calls.filter((call) => call.startsWith(name)).length <= times
    ? Promise.reject(new Error(`no room ${calls.length}`))
    : Promise.resolve()
}

test('work that throws is tried again, and is told why the try before ended', async () => {
  const calls: string[] = []
  await keepTrying(rule, open, failTimes(2, calls, 'work'), failTimes(0, calls, 'give up'))
  expect(calls).toEqual(['work ""', 'work "no room 1"', 'work "no room 2"'])
})

test('after so many failures it is given up for the last reason of the work, again until that can be told', async () => {
  const calls: string[] = []
  await keepTrying(rule, open, failTimes(9, calls, 'work'), failTimes(2, calls, 'give up'))
  expect(calls.slice(3)).toEqual(['give up "no room 3"', 'give up "no room 3"', 'give up "no room 3"'])
})

test('trouble that is new begins the count anew', async () => {
  const calls: string[] = []
  await keepTrying(rule, open, failTimes(5, calls, 'work'), failTimes(0, calls, 'give up'), () => calls.length < 5)
  expect(calls).toHaveLength(6)
  expect(calls.every((call) => call.startsWith('work'))).toBe(true)
})

test('the end of the agent ends it, without giving up', async () => {
  const calls: string[] = []
  const stop = new AbortController()
  const work = (reason: string) => {
    calls.push(reason)
    stop.abort()
    return Promise.reject(new Error('stopped'))
  }
  await keepTrying(rule, stop.signal, work, failTimes(0, calls, 'give up'))
  expect(calls).toEqual([''])
})
