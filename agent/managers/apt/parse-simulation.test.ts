import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { isSecurityOrigin, parseSimulation } from './parse-simulation.ts'

const fixture = (name: string) => readFileSync(join(import.meta.dirname, 'fixtures', name), 'utf8')

describe('recorded simulations', () => {
  test('of Debian: names, versions and where they come from', () => {
    const { installs, removals } = parseSimulation(fixture('debian12-security-sim.stdout'))
    expect(installs).toHaveLength(7)
    expect(installs[0]).toEqual({
      name: 'perl-base',
      fromVersion: '5.36.0-7+deb12u3',
      version: '5.36.0-7+deb12u4',
      origins: ['Debian-Security:12/oldstable-security'],
      architecture: 'amd64',
    })
    expect(installs.filter(({ origins }) => isSecurityOrigin(origins))).toHaveLength(6)
    expect(removals).toEqual([])
  })

  test.each([
    ['ubuntu-22.apt-get-full-upgrade.stdout', 42],
    ['ubuntu-24.apt-get-full-upgrade.stdout', 53],
  ])('of Ubuntu (%s): every Inst line', (name, count) => {
    const { installs } = parseSimulation(fixture(name))
    expect(installs).toHaveLength(count)
    expect(installs.every(({ version, architecture }) => version !== '' && architecture !== '')).toBe(true)
    expect(installs.every(({ origins }) => /^[^:]+:\S+$/.test(origins[0] ?? ''))).toBe(true)
    expect(installs.some(({ origins }) => isSecurityOrigin(origins))).toBe(false)
  })

  test('with a held package: it is kept back, not an update', () => {
    const { installs, keptBack } = parseSimulation(fixture('sim-held.stdout'))
    expect(keptBack).toEqual(['lab-svc'])
    expect(installs.map(({ name }) => name)).toEqual(['lab-lib'])
  })

  test('new packages, local files and removals', () => {
    const text = 'Inst lab-extra (1.0 Lab:lab [all])\nInst lab-svc [1.0] (2.0 local-deb [all])\nRemv old-one [3.1]\n'
    expect(parseSimulation(text)).toEqual({
      installs: [
        { name: 'lab-extra', fromVersion: null, version: '1.0', origins: ['Lab:lab'], architecture: 'all' },
        { name: 'lab-svc', fromVersion: '1.0', version: '2.0', origins: ['local-deb'], architecture: 'all' },
      ],
      removals: [{ name: 'old-one', version: '3.1' }],
      keptBack: [],
    })
  })
})

test.each([
  [['Debian-Security:12/oldstable-security'], true],
  [['Ubuntu:24.04/noble-updates', 'Ubuntu:24.04/noble-security'], true],
  [['UbuntuESM:22.04/jammy-infra-security'], true],
  [['Lab-Security:lab-security'], true],
  [['Debian:12.5/stable'], false],
  [['Debian:12/security-tracker'], false],
  [['Lab:lab'], false],
])('%j is a security origin: %s', (origins, expected) => {
  expect(isSecurityOrigin(origins)).toBe(expected)
})
