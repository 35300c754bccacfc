import { expect, test } from 'vitest'
import { accountActions, actions } from '@/server/permissions'
import { actionWord, attemptWord } from './audit-words'

test('every action of the vocabulary has words of its own, for done and for denied', () => {
  for (const action of [...actions, ...accountActions]) {
    expect([action, actionWord(action)]).not.toEqual([action, expect.stringContaining(action.replace(':', ', '))])
    expect(actionWord(action)).toMatch(/^[A-Z]/)
    expect(attemptWord(action)).toMatch(/^[a-z]/)
    expect(attemptWord(action)).not.toContain(',')
  }
})

test('an action that has no words yet reads as its name', () => {
  expect(actionWord('report:send-now')).toBe('report, send now')
})
