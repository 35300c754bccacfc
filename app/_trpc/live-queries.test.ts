import { expect, test } from 'vitest'
import { appRouter } from '@/server/api/root'
import { isTouched, topics } from './live-queries'

// The router keeps its procedures flat under their whole names; its type says less.
const flat = appRouter._def.procedures as unknown as Record<string, { _def: { type: string } }>
const query = (...path: string[]) => ({ queryKey: [path, { type: 'query' }] })

test('a topic refetches the nouns it may have changed, and leaves the others alone', () => {
  expect(isTouched(query('rollouts', 'get'), ['rollout'])).toBe(true)
  expect(isTouched(query('session', 'counts'), ['rollout'])).toBe(true)
  expect(isTouched(query('settings', 'get'), ['rollout'])).toBe(false)
  expect(isTouched(query('settings', 'get'), ['rollout', 'msp'])).toBe(true)
  expect(isTouched(query('rollouts', 'get'), [])).toBe(false)
})

test('a proposal moves the numbers in the sidebar, the overview and its own page', () => {
  for (const path of [
    ['session', 'counts'],
    ['needs', 'count'],
    ['overview', 'get'],
    ['proposals', 'list'],
  ])
    expect(isTouched(query(...path), ['proposal']), path.join('.')).toBe(true)
})

test('whether all changes are stopped moves the frame of every page, what needs somebody, and the reasons why', () => {
  for (const path of [
    ['session', 'get'],
    ['changes', 'get'],
    ['overview', 'get'],
    ['needs', 'count'],
    ['devices', 'get'],
    ['rollouts', 'get'],
  ])
    expect(isTouched(query(...path), ['msp']), path.join('.')).toBe(true)
})

test('every change is in the audit log', () => {
  for (const topic of topics) expect(isTouched(query('audit', 'list'), [topic]), topic).toBe(true)
})

/** The portal has no live stream; the search asks by what somebody types. */
const unfollowed = ['portal', 'search']

test('whatever the console reads follows some topic', () => {
  const procedures = Object.entries(flat).filter(([, { _def }]) => _def.type === 'query')
  const nouns = new Set(procedures.map(([path]) => path.split('.')[0] ?? ''))
  expect(nouns.size).toBeGreaterThan(10)
  expect([...nouns].filter((noun) => !isTouched(query(noun, 'get'), topics))).toEqual(unfollowed)
})

test('a topic that this build does not know may concern anything', () => {
  expect(isTouched(query('policies', 'get'), ['brand-new'])).toBe(true)
  expect(isTouched(query('policies', 'get'), ['constructor'])).toBe(true)
})
