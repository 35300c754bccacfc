import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { isOnPath, recordCommandsIn, runCommand } from './run-command.mjs'

let folder
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'patchward-command-'))
})
afterEach(() => {
  recordCommandsIn(undefined)
  rmSync(folder, { recursive: true })
})

test('what a command printed and its exit code come back; a failing one does not throw', async () => {
  const result = await runCommand('sh', ['-c', 'cat; echo no >&2; exit 3'], { input: 'hello' })
  expect(result).toEqual({ code: 3, stdout: 'hello', stderr: 'no\n', isTimedOut: false })
})

test('a command past its limit is ended with all it started', async () => {
  const started = Date.now()
  const { isTimedOut } = await runCommand('sh', ['-c', 'sleep 60 & sleep 60'], { limitMs: 100 })
  expect(isTimedOut).toBe(true)
  expect(Date.now() - started).toBeLessThan(10_000)
})

test('a running command is recorded, a finished one is not', async () => {
  recordCommandsIn(folder)
  const running = runCommand('cat', [])
  expect(readdirSync(folder)).toHaveLength(1)
  await running
  expect(readdirSync(folder)).toEqual([])
})

test('a program that is not there is an error, and is not found on the path', async () => {
  await expect(runCommand('/no/such/program', [])).rejects.toThrow('ENOENT')
  expect(await isOnPath('sh')).toBe(true)
  expect(await isOnPath('no-such-program')).toBe(false)
})
