import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { dpkgAudit, dpkgLog, installedVersion } from '../tools/lab/read-root.ts'
import { makeTestArchive, type TestArchive, waitFor } from '../tools/lab/testing.ts'
import { findPackagingProcesses } from '../tools/lab/wait-for-packaging.ts'
import { offerPackages, plainPackage } from './testing/local-archive.ts'
import { offerOnly } from './testing/reset-archive.ts'
import { healthPlan, TestDevice } from './testing/test-device.ts'

let archive: TestArchive
let device: TestDevice

beforeAll(async () => {
  archive = await makeTestArchive()
})
afterAll(() => archive.remove())
beforeEach(() => offerOnly(archive))
afterEach(() => device.remove())

async function upgradesOf(name: string): Promise<string[]> {
  const lines = (await dpkgLog(device.root)).filter((line) => line.action === 'upgrade' && line.package === name)
  return lines.map(({ from, to }) => `${from} ${to}`)
}

/** A script that holds dpkg until the test opens the gate, at most 30 s. */
const gate = `#!/bin/sh
: > "$DPKG_ROOT/reached"
tries=0
while [ ! -e "$DPKG_ROOT/open" ] && [ "$tries" -lt 600 ]; do tries=$((tries + 1)); sleep 0.05; done
exit 0
`
const watch = { intervalMs: 500, durationMs: 1_500 }

describe('an error in the middle of an order', () => {
  // A transaction that was announced and never ran leaves its claimed folder behind; one that ran is not run again.
  test.each([
    ['set-running:install', 2],
    ['set-ended', 1],
  ])('at "%s" is got over by the journal, not by beginning again', async (at, folders) => {
    device = await TestDevice.make(archive, `error-${at.replace(':', '-')}`)
    await offerOnly(archive, { name: 'lab-svc', version: '2.0' })
    device.start(`throw ${at}`)
    const set = await device.findSet('lab-svc=2.0')
    const order = device.door.give(device.installOrder([set], { healthPlan: healthPlan(watch) }))
    const released = await device.reported(order, 'released', 60_000)
    expect(released.sets).toMatchObject([{ outcome: 'installed', versions: [{ before: '1.0', after: '2.0' }] }])
    expect(await upgradesOf('lab-svc')).toEqual(['1.0 2.0'])
    expect(readdirSync(join(device.stateDir, 'transactions'))).toHaveLength(folders)
    expect(device.journalFiles()).toEqual([])
  })
})

describe('an agent that is killed without notice', () => {
  test.each(['received', 'accepted', 'permitted', 'baseline', 'set-running:install', 'set-ended', 'proved', 'ended'])(
    'at "%s" of an install ends it the same after its restart',
    async (killAt) => {
      device = await TestDevice.make(archive, `crash-${killAt.replace(':', '-')}`)
      await offerOnly(archive, { name: 'lab-svc', version: '2.0' })
      device.start(killAt)
      const set = await device.findSet('lab-svc=2.0')
      const order = device.door.give(device.installOrder([set], { healthPlan: healthPlan(watch) }))
      await device.gone()
      device.start()
      const released = await device.reported(order, 'released')
      expect(released.sets).toMatchObject([{ outcome: 'installed', versions: [{ before: '1.0', after: '2.0' }] }])
      expect(device.door.statesOf(order)).toContain('proved')
      expect(await upgradesOf('lab-svc')).toEqual(['1.0 2.0'])
      expect(await installedVersion(device.root, 'lab-svc')).toBe('2.0')
      expect(device.journalFiles()).toEqual([])
    },
  )

  test.each(['received', 'accepted', 'ended'])('at "%s" of a stage order still stages', async (killAt) => {
    device = await TestDevice.make(archive, `stage-${killAt}`)
    await offerOnly(archive, { name: 'lab-lib', version: '2.0' })
    device.start(killAt)
    const set = await device.findSet('lab-lib=2.0')
    const stage = device.door.give({ ...device.door.base(), verb: 'stage', sets: [set] })
    await device.gone()
    device.start()
    expect((await device.reported(stage, 'staged')).sets).toMatchObject([{ outcome: 'staged', undoClass: 'kept' }])
  })

  test.each(['set-running:undo', 'set-ended'])('at "%s" of going back still goes back, once', async (killAt) => {
    device = await TestDevice.make(archive, `undo-${killAt.replace(':', '-')}`)
    await offerOnly(archive, { name: 'lab-svc', version: '3.0' })
    device.start(killAt)
    const order = device.door.give(device.installOrder([await device.findSet('lab-svc=3.0')]))
    await device.gone()
    device.start()
    expect((await device.reported(order, 'rolled-back')).sets).toMatchObject([{ outcome: 'rolled-back' }])
    expect(await upgradesOf('lab-svc')).toEqual(['1.0 3.0', '3.0 1.0'])
    expect(await dpkgAudit(device.root)).toBe('')
  })

  // Asked to end (as by systemd or Ctrl-C) it goes at once and leaves dpkg alone, like one that is killed.
  test.each(['SIGKILL', 'SIGTERM'] as const)(
    '(%s) leaves dpkg at work, waits for it after the restart, and does not begin again',
    async (signal) => {
      device = await TestDevice.make(archive, `at-work-${signal}`)
      offerPackages(device.root, plainPackage('lab-lib', '5.0', { scripts: { postinst: gate } }))
      device.start()
      const order = device.door.give(device.installOrder([await device.findSet('lab-lib=5.0')]))
      await waitFor('dpkg at the gate', () => existsSync(join(device.root.path, 'reached')))
      await device.kill(signal)
      expect((await findPackagingProcesses(device.root.path)).length).toBeGreaterThan(0)
      device.start()
      await waitFor('the second life', () => device.agentPid > 0 && existsSync(join(device.stateDir, 'lock')))
      expect(device.door.reportOf(order, 'proved')).toBeUndefined()
      writeFileSync(join(device.root.path, 'open'), '')
      expect((await device.reported(order, 'released')).sets).toMatchObject([{ outcome: 'installed', exitCode: 0 }])
      expect(await upgradesOf('lab-lib')).toEqual(['1.0 5.0'])
      // apt would have found nothing left to do: what tells is that it was not started a second time.
      expect(readdirSync(join(device.stateDir, 'transactions'))).toHaveLength(1)
    },
  )

  test('gives an order up after three restarts at the same step', async () => {
    device = await TestDevice.make(archive, 'give-up')
    await offerOnly(archive, { name: 'lab-svc', version: '2.0' })
    device.start('baseline')
    const order = device.door.give(device.installOrder([await device.findSet('lab-svc=2.0')]))
    await device.gone()
    for (let life = 1; life <= 3; life += 1) {
      device.start('resumed')
      await device.gone()
    }
    device.start()
    expect((await device.reported(order, 'rollback-failed')).summary).toContain('a person has to look')
    expect(await upgradesOf('lab-svc')).toEqual([])
  })
})
