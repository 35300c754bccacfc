import { expect, test } from 'vitest'
import { looseningWords } from './loosening-words'

const page = { devices: 9, clients: 3, isAsked: true, refusals: {} }

test('what tightens asks for nothing', () => {
  expect(looseningWords([], page)).toEqual({ refusal: null, sentence: null, isAsked: false })
})

test('what loosens says what, for whom, and who is asked', () => {
  expect(looseningWords(['gate', 'cutOffMs'], page)).toEqual({
    refusal: null,
    sentence:
      'This loosens the gate and cut-off for 9 devices at 3 clients: a second person reads the changes and your reason, and confirms them before they hold.',
    isAsked: true,
  })
  const narrow = looseningWords(['gate'], { ...page, devices: 1, clients: 1, isAsked: false })
  expect(narrow).toMatchObject({ sentence: 'This loosens the gate for 1 device at 1 client.', isAsked: false })
})

test('who has not the right reads which one, for the section that wants it', () => {
  const refusals = { 'rollout:approve-production': 'This needs a right.' }
  expect(looseningWords(['approvalRules', 'gate'], { ...page, refusals }).refusal).toBe(
    'This loosens the approval rules and gate. This needs a right.',
  )
  expect(looseningWords(['approvalRules'], { ...page, refusals }).refusal).toBeNull()
})
