import { expect, test } from 'vitest'
import { reasonLength } from '../audit/rules.ts'
import { oneMemberSchema, restoreMemberSchema } from './schema.ts'

const userId = '8f14e45f-ceea-467f-9f0b-3c1d2a5b6c7d'

test('a reason may have two lines, as the box in which it is typed', () => {
  const reason = 'Laptop stolen\nat the station'
  expect(oneMemberSchema.parse({ userId, reason }).reason).toBe(reason)
})

test('who is put out is told why; letting somebody in again needs no reason', () => {
  for (const reason of [undefined, '', '  a ', 'x'.repeat(reasonLength.maxLength + 1)])
    expect(oneMemberSchema.safeParse({ userId, reason }).success).toBe(false)
  expect(restoreMemberSchema.parse({ userId })).toEqual({ userId, reason: '' })
})
