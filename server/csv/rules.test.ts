import { describe, expect, test } from 'vitest'
import { cellText, csvFileName } from './rules.ts'

describe('cells', () => {
  test.each([
    '=HYPERLINK("https://evil.example","x")',
    "=cmd|' /C calc'!A0",
    '+1+1',
    '-2+3',
    '@SUM(A1)',
    '\tx',
    '\rx',
    '\nx',
    '  =1+1',
    '\u00a0=1',
    '\u200b=1',
    '\u0000=1',
    '\uff1d1+1',
    '\uff0b1',
    '\uff0d1',
    '\uff20A1',
  ])('%j is text, not a formula', (text) => {
    expect(cellText(text)).toBe(`'${text}`)
    expect(cellText([text, 'other'])).toBe(`'${text}, other`)
  })

  test.each(['web-01', "it's", 'a=b', '1-2', 'KB5043080', ' padded', ''])('%j stays as it is', (text) => {
    expect(cellText(text)).toBe(text)
  })

  test('numbers, answers, moments and what is not there', () => {
    expect([-3, true, false, new Date(0), null, undefined, []].map((value) => cellText(value))).toEqual([
      '-3',
      'yes',
      'no',
      '1970-01-01T00:00:00.000Z',
      '',
      '',
      '',
    ])
  })
})

test('no name of a file leaves its header or its folder', () => {
  expect(csvFileName('northfold', 'enrolment-tokens', new Date('2026-11-22T10:00:00Z'))).toBe(
    'patchward-northfold-enrolment-tokens-2026-11-22.csv',
  )
  expect(csvFileName('a"; x=\r\n../..\\b', 'audit', new Date(0))).toBe('patchward-a-x-b-audit-1970-01-01.csv')
})
