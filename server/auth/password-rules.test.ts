import { expect, test } from 'vitest'
import { commonPasswords } from './common-passwords.ts'
import { normalisePassword, passwordFault } from './password-rules.ts'

const nora = { name: 'Nora Field', email: 'nora.field@northfold.example' }

test.each([
  ['seven77', /at least 8/],
  ['x'.repeat(8), /tried first/],
  ['12341234', null],
  ['a1b2'.repeat(50), null],
  [`${'a1b2'.repeat(50)}c`, /at most 200/],
  ['Password', /tried first/],
  ['PASSWORD1', /tried first/],
  ['qwertyuiop', /tried first/],
  ['aaaabbbb', /tried first/],
  ['nora.field', /your own/],
  ['Northfold2024!', /your own/],
  ['Nora.Field@Northfold.example', /your own/],
  ['field-of-barley', null],
  ['correct horse battery', null],
  ['пароль-пароль', null],
  ['🐎🐎🔋🔋📎📎✅', /at least 8/],
] as const)('%s: %s', (password, fault) => {
  const found = passwordFault(password, nora)
  if (fault) expect(found).toMatch(fault)
  else expect(found).toBeNull()
})

test('one spelling of what looks the same', () => {
  expect(normalisePassword('é')).toBe(normalisePassword('é'))
})

test('the list is of passwords that would be long enough', () => {
  expect(commonPasswords.size).toBe(4_500)
  expect([...commonPasswords].filter((word) => word.length < 8 || word !== word.toLowerCase())).toEqual([])
})
