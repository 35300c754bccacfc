import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { ensureTemporal, parseTemporalVersion, temporalPart } from './temporal.mjs'

const broken = { name: 'broken', fetch: async () => Promise.reject(new Error('no host')) }
const works = {
  name: 'works',
  fetch: async (target) => writeFileSync(target, '#!/bin/sh\necho "temporal version 9.8.7 (Server 1.2.3, UI 4)"\n'),
}
let cache

beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'patchward-cache-'))
  // No temporal of this machine may be found on the path.
  vi.stubEnv('PATH', cache)
})

afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(cache, { recursive: true })
})

describe('Temporal', () => {
  test('comes from the first source that has it, and from the cache afterwards', async () => {
    const first = await ensureTemporal({ sources: [broken, works], cache })
    expect(first).toMatchObject({ version: '9.8.7', source: 'works' })
    expect(existsSync(join(cache, '9.8.7', 'temporal'))).toBe(true)
    expect(await ensureTemporal({ sources: [broken], cache })).toMatchObject({ version: '9.8.7', source: 'cache' })
  })

  test('that nobody has ends in one sentence of advice and leaves nothing behind', async () => {
    await expect(ensureTemporal({ sources: [broken], cache })).rejects.toThrow('TEMPORAL_ADDRESS')
    expect(readdirSync(cache)).toEqual([])
  })

  test('what comes but does not run is not kept', async () => {
    const rubbish = { name: 'rubbish', fetch: async (target) => writeFileSync(target, '<html>') }
    await expect(ensureTemporal({ sources: [rubbish], cache })).rejects.toThrow('could not be had')
    expect(readdirSync(cache)).toEqual([])
  })

  test('has its version in the name of its file, because its schema is never migrated', () => {
    const part = temporalPart({ paths: { state: '/s' }, temporal: { path: 't', version: '9.8.7' }, port: 1, env: {} })
    expect(part.args).toContain('/s/temporal-9.8.7.sqlite')
    expect(part.args.join(' ')).toContain('--sqlite-pragma journal_mode=WAL --sqlite-pragma synchronous=OFF')
  })

  test('tells its version', () => {
    expect(parseTemporalVersion('temporal version 1.9.1 (Server 1.32.0, UI 2.49.1)')).toBe('1.9.1')
    expect(parseTemporalVersion('Not Found')).toBeUndefined()
  })
})
