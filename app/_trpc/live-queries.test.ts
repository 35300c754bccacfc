import { expect, test } from 'vitest'
import { isTouched } from './live-queries'

const query = (...path: string[]) => ({ queryKey: [path, { type: 'query' }] })

test('a topic refetches the nouns it may have changed, and leaves the others alone', () => {
  expect(isTouched(query('rollouts', 'get'), ['rollout'])).toBe(true)
  expect(isTouched(query('session', 'counts'), ['rollout'])).toBe(true)
  expect(isTouched(query('policies', 'get'), ['rollout'])).toBe(false)
  expect(isTouched(query('policies', 'get'), ['rollout', 'policy'])).toBe(true)
  expect(isTouched(query('rollouts', 'get'), [])).toBe(false)
})

test('every change is in the audit log', () => {
  expect(isTouched(query('audit', 'list'), ['member'])).toBe(true)
})

test('a topic that this build does not know may concern anything', () => {
  expect(isTouched(query('policies', 'get'), ['brand-new'])).toBe(true)
  expect(isTouched(query('policies', 'get'), ['constructor'])).toBe(true)
})
