import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

const root = join(import.meta.dirname, '../..')
const source = readFileSync(join(root, 'app/tokens.css'), 'utf8')

type Theme = 'light' | 'dark'
const tokens = new Map<string, Record<Theme, string>>()
for (const [, name, light, dark] of source.matchAll(/--([a-z0-9-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);/g)) {
  if (name && light && dark) tokens.set(name, { light, dark })
}

function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((start) => {
    const part = Number.parseInt(hex.slice(start, start + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function contrast(front: string, back: string, theme: Theme): number {
  const [a, b] = [front, back].map((name) => luminance(tokens.get(name)?.[theme] ?? '#000000'))
  const [high, low] = [Math.max(a ?? 0, b ?? 0), Math.min(a ?? 0, b ?? 0)]
  return (high + 0.05) / (low + 0.05)
}

const surfaces = ['canvas', 'side', 'well', 'raised', 'hover']
const all = [...surfaces, 'press']
const soft = ['ok-soft', 'warn-soft', 'fail-soft', 'back-soft', 'mute-soft']

// [foreground, where it may stand, least contrast]: text 4.5, marks, meters and edges 3.
const pairs: [string, string[], number][] = [
  ['text', [...all, 'accent-soft'], 4.5],
  ['text-2', [...all, ...soft], 4.5],
  ['text-3', [...all, 'accent-soft'], 4.5],
  ['accent', [...all, 'accent-soft'], 4.5],
  ['on-accent', ['accent', 'accent-hover'], 4.5],
  ...['ok', 'warn', 'fail', 'back'].flatMap((name): [string, string[], number][] => [
    [name, [...all, `${name}-soft`], 4.5],
    [`${name}-fill`, [...surfaces, 'accent-soft'], 3],
    ['canvas', [`${name}-fill`], 3],
  ]),
  ['mute-fill', [...surfaces, 'accent-soft'], 3],
  ['canvas', ['fail-fill', 'text'], 4.5],
  ['control', surfaces, 3],
]

describe('colours', () => {
  test('all tokens are read', () => {
    expect(tokens.size).toBe(33)
  })

  test.each(pairs)('%s on %j has at least %d', (front, backs, least) => {
    for (const theme of ['light', 'dark'] as const) {
      for (const back of backs)
        expect(contrast(front, back, theme), `${front} on ${back}, ${theme}`).toBeGreaterThanOrEqual(least)
    }
  })

  test('no other file of the look holds a colour', () => {
    const literal = /(["'[:(\s,])(#[0-9a-fA-F]{3,8}\b(?!-)|(rgb|rgba|hsl|hsla|oklch|oklab)\()/
    const files = ['app', 'components'].flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
        .filter((file) => /\.(tsx?|css)$/.test(file) && !/\.test\.tsx?$/.test(file))
        .map((file) => join(folder, file)),
    )
    const guilty = files.filter(
      (file) => file !== join('app', 'tokens.css') && literal.test(readFileSync(join(root, file), 'utf8')),
    )
    expect(files.length).toBeGreaterThan(40)
    expect(guilty).toEqual([])
  })
})
