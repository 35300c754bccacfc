import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { accentInks, contrastOf, inks, plainLook } from './report-look.ts'

test('the inks of a sheet are those of the pages in daylight', () => {
  const css = readFileSync(new URL('../../app/tokens.css', import.meta.url), 'utf8')
  const token = (name: string) => new RegExp(`--${name}: light-dark\\((#[0-9a-f]{6}),`).exec(css)?.[1]
  expect(inks).toEqual({
    text: token('text'),
    text2: token('text-2'),
    text3: token('text-3'),
    line: token('line'),
    lineStrong: token('line-strong'),
    canvas: token('canvas'),
  })
  expect(plainLook.accent).toBe(token('accent'))
})

test.each([
  ['#ffffff', '#000000', 21],
  ['#000000', '#ffffff', 21],
  ['#777777', '#ffffff', 4.48],
  ['#767676', '#FFFFFF', 4.54],
  ['#ff0000', '#ffffff', 4],
])('the contrast of %s and %s is %d', (one, other, contrast) => {
  expect(contrastOf(one, other)).toBeCloseTo(contrast, 2)
})

test.each([
  ['dark enough for words', '#767676', '#767676', '#767676'],
  ['for lines only', '#777777', inks.text, '#777777'],
  ['for neither', '#ffd23f', inks.text, inks.text],
])('an accent that is %s', (_, accent, text, line) => {
  expect(accentInks(accent)).toEqual({ text, line, rule: accent })
})

test.each(['red', '#fff', '#12345g', '#2747c9;'])('%s is no colour', (accent) => {
  expect(() => accentInks(accent)).toThrow('A colour is written #rrggbb')
})
