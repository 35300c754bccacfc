import { expect, test } from 'vitest'
import { tokenState } from './rules.ts'
import { createEnrolmentTokenSchema } from './schema.ts'

const now = new Date('2026-09-18T10:00:00Z')
const token = { revokedAt: null, expiresAt: new Date(now.getTime() + 1), usesLeft: 1 }

test('a token is usable until it is used up, expired or revoked', () => {
  expect(tokenState(token, now)).toBe('usable')
  expect(tokenState({ ...token, usesLeft: 0 }, now)).toBe('used-up')
  expect(tokenState({ ...token, expiresAt: now }, now)).toBe('expired')
  expect(tokenState({ ...token, usesLeft: 0, revokedAt: now }, now)).toBe('revoked')
})

const id = '0193c1de-0000-7000-8000-000000000001'
const parse = (input: object) => createEnrolmentTokenSchema.safeParse({ clientId: id, siteId: id, ...input })
const hourMs = 3_600_000

test('one device and a day, unless something else is asked for', () => {
  expect(parse({}).data).toMatchObject({ uses: 1, validForMs: 24 * hourMs })
})

test('at most 100 devices', () => {
  for (const uses of [1, 100]) expect(parse({ uses }).success).toBe(true)
  for (const uses of [0, -1, 101, 1.5, '5']) expect(parse({ uses }).success).toBe(false)
})

test('at most 24 hours', () => {
  for (const validForMs of [300_000, 24 * hourMs]) expect(parse({ validForMs }).success).toBe(true)
  for (const validForMs of [0, 299_999, 24 * hourMs + 1]) expect(parse({ validForMs }).success).toBe(false)
})
