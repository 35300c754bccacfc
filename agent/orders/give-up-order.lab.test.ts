import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { programEnvironment } from '../config.ts'
import type { OrderRecord } from '../state/journal.ts'
import { FakeDevice } from '../testing/fake-device.ts'
import { giveUpOrder } from './give-up-order.ts'

let device: FakeDevice
let record: OrderRecord
beforeEach(() => {
  device = new FakeDevice(mkdtempSync(join(tmpdir(), 'patchward-give-up-')))
  // A real dpkg-query over a machine on which nothing is installed.
  device.apt.env = programEnvironment()
  writeFileSync(join(device.stateDir, 'status'), '')
  record = device.take(device.installOrder())
})
afterEach(() => rmSync(device.stateDir, { recursive: true }))

const at = new Date().toISOString()
const key = 'a'.repeat(64)
const begin = () => device.book.write(record, { kind: 'baseline', at, probes: [], audit: '' })
const run = (direction: 'install' | 'undo') =>
  device.book.write(record, {
    kind: 'set-running',
    at,
    running: { key, direction, transactionId: 'one', before: [], automatic: [], failure: null },
  })
function prove(watchEndsAt: string): void {
  const set = { key, outcome: 'installed' as const, versions: [], exitCode: 0, output: '', reason: '' }
  device.book.write(record, { kind: 'set-ended', at, set: { ...set, undoClass: 'kept' }, probes: [] })
  device.book.write(record, { kind: 'proved', at, watchEndsAt })
}
const told = () => device.reportsOf(record.order.orderId).map(({ state, summary, sets }) => ({ state, summary, sets }))

describe('an order that is given up', () => {
  test('before it began is refused: nothing was changed', async () => {
    await giveUpOrder(device, record, 'no room.')
    expect(told()).toMatchObject([
      { state: 'refused', summary: 'Nothing was changed, the device could not do it: no room.', sets: [] },
    ])
  })

  test.each(['install', 'undo'] as const)(
    'in the middle (%s) tells what dpkg says and asks for a person',
    async (direction) => {
      begin()
      run(direction)
      await giveUpOrder(device, record, 'The package manager is still at work.')
      expect(told()).toMatchObject([
        {
          state: 'rollback-failed',
          summary:
            'The device does not get past this step; a person has to look. The package manager is still at work.',
          sets: [{ key, outcome: 'rollback-failed', versions: [{ name: 'curl', after: null }] }],
        },
      ])
      expect(device.book.open.size).toBe(0)
    },
  )

  test('while its watch takes back ends with that set, not with the proof before', async () => {
    begin()
    prove(at)
    run('undo')
    await giveUpOrder(device, record, '')
    expect(told()).toMatchObject([{ state: 'rollback-failed', sets: [{ key, outcome: 'rollback-failed' }] }])
  })

  test('in its watch goes on until the soak is over, and says that it could not look', async () => {
    begin()
    prove(new Date(device.nowMs + 60_000).toISOString())
    await expect(giveUpOrder(device, record, 'no answer')).rejects.toThrow('no answer')
    expect(record.end).toBeNull()
    device.nowMs += 60_000
    await giveUpOrder(device, record, 'no answer')
    expect(told().map(({ state, summary }) => `${state}: ${summary}`)).toEqual([
      'proved: The watch cannot look and goes on trying: no answer',
      'released: The soak is over; the last looks failed: no answer',
    ])
  })
})
