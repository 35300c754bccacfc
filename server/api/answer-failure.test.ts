import { expect, test, vi } from 'vitest'
import { answerFailure } from './answer-failure.ts'

vi.mock('pino', () => ({ pino: () => ({ error: () => {} }) }))

test('a route without its database answers 503 with a sentence, never the driver’s words', async () => {
  const refused = Object.assign(new Error('connect ECONNREFUSED 10.0.0.7:5432'), { code: 'ECONNREFUSED' })
  const answer = answerFailure(new Error('Failed query', { cause: refused }))
  expect(answer.status).toBe(503)
  expect(await answer.text()).toBe('Patchward cannot reach its database just now. Try again in a minute.\n')
})

test('one whose database took too long says so', async () => {
  const late = Object.assign(new Error('canceling statement due to statement timeout'), { code: '57014' })
  const answer = answerFailure(new Error('Failed query: select secret', { cause: late }))
  expect([answer.status, await answer.text()]).toEqual([
    503,
    expect.stringMatching(/^This took too long [^;]*; nothing was changed/),
  ])
})

test('what nobody foresaw goes on', () => {
  const fault = new Error('deadlock detected')
  expect(() => answerFailure(fault)).toThrow(fault)
})
