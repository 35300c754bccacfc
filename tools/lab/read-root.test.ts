import { describe, expect, test } from 'vitest'
import { parseDpkgLogLine } from './read-root.ts'

describe('a line of dpkg.log', () => {
  test('an upgrade has package, from and to, at a local time', () => {
    expect(parseDpkgLogLine('2026-11-21 10:05:07 upgrade lab-svc:all 1.0 2.0')).toEqual({
      at: new Date(2026, 10, 21, 10, 5, 7),
      action: 'upgrade',
      package: 'lab-svc',
      from: '1.0',
      to: '2.0',
      text: '2026-11-21 10:05:07 upgrade lab-svc:all 1.0 2.0',
    })
  })

  test('a status line names its package second', () => {
    expect(parseDpkgLogLine('2026-11-21 10:05:07 status half-configured lab-svc:all 3.0')).toMatchObject({
      action: 'status',
      package: 'lab-svc',
      from: '3.0',
    })
  })

  test('a torn line is no line', () => {
    expect(parseDpkgLogLine('2026-11-21 10:0')).toBeNull()
    expect(parseDpkgLogLine('')).toBeNull()
  })
})
