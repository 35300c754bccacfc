import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, utimesSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { claimStack, isSameProcess, parseStat, readRecord, startTimeOf, writeRecord } from './process-identity.mjs'

let folder
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'patchward-run-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const self = () => ({ pid: process.pid, startTime: startTimeOf(process.pid) })

describe('identity', () => {
  test('a name with blanks and brackets does not shift the fields', () => {
    const stat = `7 (a ) b) S 1 42 43 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 987 0`
    expect(parseStat(stat)).toEqual({ state: 'S', group: 42, session: 43, startTime: '987' })
  })

  test('a process is the same only with both its number and its start time', () => {
    expect(isSameProcess(self())).toBe(true)
    expect(isSameProcess({ ...self(), startTime: 'earlier' })).toBe(false)
    expect(isSameProcess({ pid: 4_999_999, startTime: undefined })).toBe(false)
    expect(isSameProcess(undefined)).toBe(false)
  })
})

describe('a claim on a stack', () => {
  test('is refused while the launcher that has it lives', () => {
    expect(claimStack(folder, self())).toBeUndefined()
    expect(claimStack(folder, { pid: 1, startTime: 'x' })?.pid).toBe(process.pid)
  })

  test('replaces one whose launcher is gone, also when another program got its number', () => {
    writeRecord(folder, 'launcher', { pid: process.pid, startTime: 'earlier' })
    expect(claimStack(folder, self())).toBeUndefined()
    expect(readRecord(folder, 'launcher')).toEqual(self())
  })
  test('of several that come at once to a stale one, one gets it', async () => {
    for (let round = 0; round < 10; round++) {
      writeRecord(folder, 'launcher', { pid: 4_999_999, startTime: 'earlier' })
      const script = `import { claimStack, startTimeOf } from ${JSON.stringify(import.meta.resolve('./process-identity.mjs'))}
        const own = { pid: process.pid, startTime: startTimeOf(process.pid) }
        console.log(claimStack(${JSON.stringify(folder)}, own) === undefined ? 'mine' : 'taken')
        process.stdin.resume()`
      const children = Array.from({ length: 4 }, () => spawn(process.execPath, ['--input-type=module', '-e', script]))
      const said = await Promise.all(
        children.map(async (child) => String((await once(child.stdout, 'data'))[0]).trim()),
      )
      for (const child of children) child.kill()
      expect(said.toSorted()).toEqual(['mine', 'taken', 'taken', 'taken'])
      rmSync(join(folder, 'launcher.json'))
    }
  })

  test('is had by the next one when a launcher was killed in its turn', () => {
    const turn = join(folder, 'launcher.turn')
    mkdirSync(turn)
    const longAgo = new Date(Date.now() - 60_000)
    utimesSync(turn, longAgo, longAgo)
    expect(claimStack(folder, self())).toBeUndefined()
  })
})
