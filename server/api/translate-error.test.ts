import { TRPCError } from '@trpc/server'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { rootCause } from '../database-error.ts'
import { DomainError } from '../errors.ts'
import { findFieldErrors, translateError } from './translate-error.ts'

const wrap = (cause: unknown) => new TRPCError({ code: 'INTERNAL_SERVER_ERROR', cause })

test.each([
  ['not-found', 'NOT_FOUND'],
  ['forbidden', 'FORBIDDEN'],
  ['invalid', 'BAD_REQUEST'],
  ['conflict', 'CONFLICT'],
  ['not-allowed-now', 'PRECONDITION_FAILED'],
  ['unavailable', 'SERVICE_UNAVAILABLE'],
] as const)('%s becomes %s and keeps its sentence', (code, answer) => {
  const { error, isUnknown } = translateError(wrap(new DomainError(code, 'A sentence.')))
  expect([error.code, error.message, isUnknown]).toEqual([answer, 'A sentence.', false])
})

test('what nobody foresaw never shows its words, and is for the log', () => {
  const secret = new Error('duplicate key (email)=(anna@example.org)')
  for (const cause of [secret, new Error('outer', { cause: secret })]) {
    const { error, isUnknown } = translateError(wrap(cause))
    expect(error.code).toBe('INTERNAL_SERVER_ERROR')
    expect(`${error.message} ${error.cause ?? ''} ${error.stack}`).not.toContain('anna')
    expect(isUnknown).toBe(true)
  }
})

test('a lost database says so in words for people', () => {
  const refused = Object.assign(new Error('connect ECONNREFUSED 10.0.0.7:5432'), { code: 'ECONNREFUSED' })
  const { error } = translateError(wrap(new Error('Failed query', { cause: refused })))
  expect(error.code).toBe('SERVICE_UNAVAILABLE')
  expect(error.message).not.toContain('10.0.0.7')
})

test('wrong input names its fields', () => {
  const { error: cause } = z.object({ reason: z.string().min(3, 'Say why') }).safeParse({ reason: '' })
  const { error } = translateError(new TRPCError({ code: 'BAD_REQUEST', cause }))
  expect(error.message).toBe('reason: Say why')
  expect(findFieldErrors(error)).toEqual({ reason: 'Say why' })
})

test('what tRPC could not read is the fault of who sent it, and is not repeated', () => {
  for (const cause of [
    new SyntaxError('Unexpected token s, "secret" is not JSON'),
    new Error('unknown class secret'),
  ]) {
    const { error, isUnknown } = translateError(new TRPCError({ code: 'BAD_REQUEST', message: cause.message, cause }))
    expect([error.code, error.message, isUnknown]).toEqual(['BAD_REQUEST', 'The request could not be read.', false])
  }
})

test("the log gets the driver's own error, without the query and its values", () => {
  const driver = new Error('deadlock detected')
  expect(rootCause(wrap(new Error('Failed query … params: secret', { cause: driver })))).toBe(driver)
})

test('nor the row that PostgreSQL refused and repeats', () => {
  const driver = Object.assign(new Error('violates check constraint'), {
    code: '23514',
    detail: 'Failing row contains (secret).',
    where: 'JSON data, line 1: {"secret"',
  })
  const told = rootCause(wrap(new Error('Failed query', { cause: driver })))
  expect({ ...told, message: told.message }).toEqual({ message: 'violates check constraint', code: '23514' })
})
