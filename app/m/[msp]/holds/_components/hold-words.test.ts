import { expect, test } from 'vitest'
import { liftWords } from './hold-words'

test('what lifts a hold, or why this person cannot', () => {
  const hold = { source: 'gate', canLift: { can: true } } as const
  expect(liftWords(hold)).toBe('A person, with a reason')
  expect(liftWords({ ...hold, source: 'breaker' })).toBe('A person; the breaker then counts anew')
  const reason = 'This needs the right “hold: lift”. Ask your owner.'
  expect(liftWords({ ...hold, canLift: { can: false, reason } })).toBe(reason)
})
