import { expect, test } from 'vitest'
import { z } from 'zod'
import { checkInRequestSchema } from '../../agent/wire/schema.ts'
import { isDeeperThan, readBody } from './read-body.ts'

test('depth counts brackets, not what stands in text', () => {
  expect(isDeeperThan(Buffer.from('[[[]]]'), 3)).toBe(false)
  expect(isDeeperThan(Buffer.from('[[[[]]]]'), 3)).toBe(true)
  expect(isDeeperThan(Buffer.from('[[],[],[],[]]'), 2)).toBe(false)
  expect(isDeeperThan(Buffer.from('["[[[[\\"[[[["]'), 1)).toBe(false)
})

test.each([
  ['not JSON', '{'],
  ['invalid UTF-8', Buffer.from([0x22, 0xff, 0x22])],
  ['a poisoned prototype', '{"__proto__":{"isAdmin":true}}'],
  ['a poisoned prototype, escaped', '{"\\u005f_proto__" : 1}'],
  ['a hundred thousand brackets', '['.repeat(100_000)],
])('%s is malformed', (_name, body) => {
  expect(() => readBody(z.unknown(), Buffer.from(body))).toThrow(
    expect.objectContaining({ code: 'malformed', status: 400 }),
  )
})

test('names the field that is wrong', () => {
  const body = { agentVersion: '1', bootId: 'b', hashes: { facts: 'x', packages: 'x', missing: 'x' }, reportSeq: 0 }
  expect(() => readBody(checkInRequestSchema, Buffer.from(JSON.stringify(body)))).toThrow(/^hashes\.facts: /)
  expect(() => readBody(z.strictObject({}), Buffer.from('{"a":1}'))).toThrow('body: unknown field')
})
