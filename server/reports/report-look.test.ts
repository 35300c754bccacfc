import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { accentInks, contrastOf, darkCanvas, inks, plainLook, readableOn } from './report-look.ts'

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
  expect(css).toContain(`--canvas: light-dark(${inks.canvas}, ${darkCanvas})`)
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

test.each([
  ['a colour that is read there stays', '#92a8ff', darkCanvas, '#92a8ff'],
  ['black becomes a grey', '#000000', darkCanvas, '#808080'],
  ['a dark green becomes a light one', '#1d6b4f', darkCanvas, '#4a8972'],
  ['white on white becomes a grey', '#ffffff', inks.canvas, '#757575'],
])('%s', (_, color, ground, becomes) => {
  expect(readableOn(ground, color)).toBe(becomes)
  expect(contrastOf(readableOn(ground, color), ground)).toBeGreaterThanOrEqual(4.5)
})
