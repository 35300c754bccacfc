import { describe, expect, test } from 'vitest'
import { isTreeCurrent } from './node-modules.mjs'

const entry = (version, more = {}) => ({ version, integrity: `sha512-${version}`, ...more })
const lock = {
  packages: {
    '': { name: 'patchward' },
    'node_modules/a': entry('1.0.0'),
    'node_modules/b-darwin': entry('2.0.0', { optional: true }),
  },
}
const tree = (packages) => ({ packages })

describe('the installed tree', () => {
  test('is current with what the lock file names, foreign optional parts left out', () => {
    expect(isTreeCurrent(lock, tree({ 'node_modules/a': entry('1.0.0') }))).toBe(true)
  })

  test('is stale with a part missing, of another version, of another content, or too many', () => {
    expect(isTreeCurrent(lock, tree({}))).toBe(false)
    expect(isTreeCurrent(lock, tree({ 'node_modules/a': entry('1.0.1') }))).toBe(false)
    expect(isTreeCurrent(lock, tree({ 'node_modules/a': { version: '1.0.0', integrity: 'sha512-other' } }))).toBe(false)
    expect(isTreeCurrent(lock, tree({ 'node_modules/a': entry('1.0.0'), 'node_modules/gone': entry('1.0.0') }))).toBe(
      false,
    )
  })
})
