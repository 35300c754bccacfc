import { Writable } from 'node:stream'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { runSweep } from './run-sweep.ts'

test('a sweep that fails says why, and repeats neither the values of its query nor the row that was refused', async () => {
  const lines: string[] = []
  const stream = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk))
      done()
    },
  })
  const driver = Object.assign(new Error('violates check constraint'), { detail: 'Failing row contains (secret).' })
  const stop = new AbortController()
  const run = async () => {
    stop.abort()
    throw new Error('Failed query: insert into holds … params: secret', { cause: driver })
  }
  await runSweep({ name: 'a test', intervalMs: 1, run }, pino(stream), stop.signal)
  expect(lines.join('')).toContain('violates check constraint')
  expect(lines.join('')).not.toContain('secret')
})
