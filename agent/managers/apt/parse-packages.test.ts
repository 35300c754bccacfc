import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { findCause } from '../../orders/judge-set.ts'
import { parseStanzas } from './parse-stanzas.ts'
import { parsePackageList } from './read-installed.ts'

const fixture = (name: string) => readFileSync(join(import.meta.dirname, 'fixtures', name), 'utf8')

test('dpkg-query: a half-configured package has its version, one with only its settings has none', () => {
  expect(parsePackageList(fixture('query-half-configured.stdout'), { architecture: 'amd64' })).toEqual([
    { name: 'lab-lib', version: '1.0', architecture: 'all', status: 'ii' },
    { name: 'lab-slow', version: null, architecture: 'all', status: 'rc' },
    { name: 'lab-svc', version: '3.0', architecture: 'all', status: 'iF' },
  ])
})

test('dpkg-query: a foreign architecture is part of the name', () => {
  const [read] = parsePackageList('libc6\t2.36-9\tii \ti386\n', { architecture: 'amd64' })
  expect(read?.name).toBe('libc6:i386')
})

test('the cause of a failed script is found in the raw output', () => {
  const cause = findCause(fixture('install-broken-postinst.stdout'))
  expect(cause).toContain('post-installation script subprocess returned error exit status 1')
  expect(cause).toContain('cannot start lab-svc')
})

test('paragraphs keep continuation lines in their field', () => {
  const [one, two] = parseStanzas('Package: a\nDescription: first\n more\n .\nVersion: 1\n\n\nPackage: b\n')
  expect(one?.fields.get('Description')).toBe('first\n more\n .')
  expect(one?.fields.get('Version')).toBe('1')
  expect(two?.fields.get('Package')).toBe('b')
})
