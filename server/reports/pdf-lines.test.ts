import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { columnWidths } from './pdf-columns.ts'
import type { Face } from './pdf-fonts.ts'
import { breakLines, type Setter, type TextStyle } from './pdf-lines.ts'
import { cleanText, piecesOf } from './pdf-pieces.ts'

const face = (name: string, signs: string): Face => ({
  name,
  bytes: Buffer.alloc(0),
  has: new Set(Array.from(signs, (sign) => sign.codePointAt(0) ?? 0)),
})
const letters = 'abcdefghijklmnopqrstuvwxyzKB0123456789.-/ \u00a0'
const faces = [face('own', letters), face('second', 'αβγ \ufffd')]
/** Every sign is as wide as the type is high. */
const setter: Setter = {
  faces: { regular: faces, strong: faces },
  widthOf: (_, size, text) => size * Array.from(text).length,
}
const style: TextStyle = { size: 1, leading: 1, weight: 'regular', color: '#000000' }
const linesOf = (text: string, width: number) =>
  breakLines(setter, text, style, width).map(({ pieces }) => pieces.map((piece) => piece.text).join(''))

test.each([
  ['one two', 7, ['one two']],
  ['one two', 6, ['one ', 'two']],
  ['one two', 3, ['one ', 'two']],
  ['one  two', 3, ['one  ', 'two']],
  ['abcdefgh', 3, ['abc', 'def', 'gh']],
  ['an abcdefgh', 4, ['an ', 'abcd', 'efgh']],
  ['linux-image-6.8', 6, ['linux-', 'image-', '6.8']],
  ['europe/london', 8, ['europe/', 'london']],
  ['no 3.0.15-1', 9, ['no ', '3.0.15-1']],
  ['', 5, []],
  ['a', 0.5, ['a']],
])('"%s" in lines of %d', (text, width, lines) => {
  expect(linesOf(text, width)).toEqual(lines)
})

test('nothing is lost, and no line is too long, whatever the text', () => {
  const texts = fc.string({ unit: fc.constantFrom(...letters.replace('\u00a0', ''), 'α', 'ж') })
  fc.assert(
    fc.property(texts, fc.integer({ min: 2, max: 20 }), (text, width) => {
      const lines = breakLines(setter, text, style, width)
      expect(linesOf(text, width).join('')).toBe(text.replaceAll('ж', '\ufffd'))
      for (const line of lines) expect(line.width).toBeLessThanOrEqual(width)
    }),
  )
})

test('the width of a line counts tracking, and not the space at its end', () => {
  const [line] = breakLines(setter, 'ab cd', { ...style, size: 10, tracking: -0.1 }, 40)
  expect(line?.width).toBeCloseTo(18)
})

test.each([
  ['a name that turns', 'abc\u202egnp.exe\u202c', 'abcgnp.exe'],
  ['what is not seen', 'a\u200bb\ufeffc\u00ad', 'abc'],
  ['what breaks a line', 'a\r\nb\u2028\u0000c\t', 'a b c '],
  ['half of a pair', 'a\ud83d', 'a\ufffd'],
  ['a letter and its mark', 'e\u0301', '\u00e9'],
])('%s is cleaned', (_, text, clean) => {
  expect(cleanText(text)).toBe(clean)
})

describe('pieces', () => {
  test('each by the first face that has its signs', () => {
    expect(piecesOf('ab αβ c', faces)).toEqual([
      { face: 'own', text: 'ab ', scale: 1 },
      { face: 'second', text: 'αβ', scale: 1 },
      { face: 'own', text: ' c', scale: 1 },
    ])
  })

  test('a sign that no face has is a mark and keeps what was written, one for a whole family of signs', () => {
    expect(piecesOf('a日本', faces)).toEqual([
      { face: 'own', text: 'a', scale: 1 },
      { face: 'second', text: '\ufffd\ufffd', scale: 1, written: '日本' },
    ])
    expect(piecesOf(`a${'\u0301'.repeat(50)}`, [face('marks', 'a\u0301\ufffd')])).toMatchObject([{ text: '\ufffd' }])
  })

  test('a narrow space is a small one', () => {
    expect(piecesOf('9\u202f', faces)).toMatchObject([{ text: '9' }, { text: '\u00a0', scale: 0.6 }])
  })
})

test.each([
  ['all have room, the last takes the rest', [10, 5, 20], [false, true, false], 100, [10, 5, 85]],
  ['numbers at the end: all take of the rest', [10, 5, 5], [false, true, true], 50, [20, 15, 15]],
  ['a narrow one does not give for a wide one', [10, 5, 200], [false, true, false], 100, [10, 5, 85]],
  ['two wide ones share', [300, 10, 200], [false, true, false], 110, [50, 10, 50]],
  ['a number takes no more than its share', [50, 500, 50], [false, true, false], 90, [30, 30, 30]],
])('columns: %s', (_, natural, isNumber, room, widths) => {
  expect(columnWidths(natural, isNumber, room)).toEqual(widths)
})
