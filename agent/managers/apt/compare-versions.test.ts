import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compareVersions } from './compare-versions.ts'

const hasDpkg = spawnSync('dpkg', ['--version']).status === 0

/** What dpkg says about many pairs at once: one shell, no process a pair beyond dpkg's own. */
function askDpkg(pairs: readonly (readonly [string, string])[]): number[] {
  const script = pairs
    .map(
      ([a, b]) =>
        `dpkg --compare-versions '${a}' lt '${b}' && echo -1 || { dpkg --compare-versions '${a}' gt '${b}' && echo 1 || echo 0; }`,
    )
    .join('\n')
  const { stdout } = spawnSync('sh', [], { input: script, encoding: 'utf8' })
  return stdout.trim().split('\n').map(Number)
}

const part = fc.stringMatching(/^[a-z0-9.+~]{0,8}$/)
const version = fc
  .tuple(fc.option(fc.nat(3)), fc.stringMatching(/^[0-9][a-zA-Z0-9.+~-]{0,9}$/), fc.option(part))
  .map(([epoch, upstream, revision]) => {
    const body = revision ? `${upstream}-${revision}` : upstream.replace(/-+$/, '')
    return epoch === null ? body : `${epoch}:${body}`
  })

describe('Debian version order', () => {
  test.each([
    ['1.0', '1.0', 0],
    ['1.0~rc1', '1.0', -1],
    ['1.0~~', '1.0~', -1],
    ['1.0', '1.0a', -1],
    ['1.0a', '1.0+', -1],
    ['1:0.1', '9.0', 1],
    ['0:1.0', '1.0', 0],
    ['1.10', '1.9', 1],
    ['1.0-1', '1.0-1+deb12u1', -1],
    ['1.0-1~bpo12+1', '1.0-1', -1],
    ['2:1.0-0', '2:1.0', 0],
    ['1.00001', '1.1', 0],
    ['99999999999999999998', '99999999999999999999', -1],
    ['6.1.0-18-amd64', '6.1.0-9-amd64', 1],
  ])('%s and %s', (one, other, expected) => {
    expect(Math.sign(compareVersions(one, other))).toBe(expected)
    expect(Math.sign(compareVersions(other, one))).toBe(0 - expected)
  })

  test.runIf(hasDpkg)('agrees with dpkg on made-up versions', () => {
    const pairs = fc.sample(fc.tuple(version, version), 300)
    const ours = pairs.map(([a, b]) => Math.sign(compareVersions(a, b)))
    expect(ours).toEqual(askDpkg(pairs))
  })

  test('is an order: antisymmetric and transitive', () => {
    fc.assert(
      fc.property(version, version, version, (a, b, c) => {
        const [x = '', y = '', z = ''] = [a, b, c].sort(compareVersions)
        expect(Math.sign(compareVersions(x, y))).toBe(0 - Math.sign(compareVersions(y, x)))
        expect(compareVersions(x, z)).toBeLessThanOrEqual(0)
      }),
    )
  })
})
