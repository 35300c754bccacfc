import { describe, expect, test } from 'vitest'
import { completeLock, platformOf } from './complete-lock.mjs'

describe('a lock file made where other platforms cannot be had', () => {
  test.each([
    ['@biomejs/cli-linux-x64-musl', { os: ['linux'], cpu: ['x64'], libc: ['musl'] }],
    ['@next/swc-win32-arm64-msvc', { os: ['win32'], cpu: ['arm64'] }],
    ['@tailwindcss/oxide-wasm32-wasi', { cpu: ['wasm32'] }],
    ['fsevents', undefined],
  ])('%s tells its platform', (name, expected) => {
    expect(platformOf(name)).toEqual(expected)
  })

  test('gets what is missing, by exact version, and keeps what is found further out or nested', () => {
    const optionalDependencies = {
      '@x/linux-x64': '1.0.0',
      '@x/darwin-arm64': '1.0.0',
      '@x/win32-x64': '1.0.0',
      fsevents: '^2.0.0',
    }
    const packages = {
      '': {},
      'node_modules/@x/linux-x64': { version: '1.0.0' },
      'node_modules/y/node_modules/x': { version: '1.0.0', dev: true, optionalDependencies },
      'node_modules/y/node_modules/@x/win32-x64': { version: '1.0.0' },
    }
    const lock = { packages }
    expect(completeLock(lock)).toEqual(['@x/darwin-arm64@1.0.0'])
    const added = { version: '1.0.0', dev: true, optional: true, os: ['darwin'], cpu: ['arm64'] }
    expect(lock.packages['node_modules/@x/darwin-arm64']).toEqual(added)
    expect(completeLock(lock)).toEqual([])
  })
})
