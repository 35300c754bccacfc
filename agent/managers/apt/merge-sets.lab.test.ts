import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { runApt, updateLists } from '../../../tools/lab/apt-root.ts'
import type { DebSource } from '../../../tools/lab/deb.ts'
import { installedVersion } from '../../../tools/lab/read-root.ts'
import { makeTestArchive, type TestArchive } from '../../../tools/lab/testing.ts'
import { offerPackages, plainPackage } from '../../testing/local-archive.ts'
import { TestDevice } from '../../testing/test-device.ts'

let archive: TestArchive
let device: TestDevice
beforeAll(async () => {
  archive = await makeTestArchive()
})
afterAll(() => archive.remove())
afterEach(() => device.remove())

// The older version wants a package that the newer one no longer wants: on its way back apt brings that in.
const first = [plainPackage('mrg-a', '1.0', { fields: { Recommends: 'mrg-extra' } }), plainPackage('mrg-b', '1.0')]
const a2 = plainPackage('mrg-a', '2.0')
const b2 = plainPackage('mrg-b', '2.0', { fields: { Depends: 'mrg-extra' } })
const extra = plainPackage('mrg-extra', '1.0')

/** A device with the first versions, without what they only recommend, and then an archive that offers `packages`. */
async function start(name: string, ...packages: DebSource[]): Promise<void> {
  device = await TestDevice.make(archive, name)
  offerPackages(device.root, ...first)
  await updateLists(device.root)
  const args = ['-y', '-q', '--no-install-recommends', 'install', 'mrg-a=1.0', 'mrg-b=1.0']
  const { code, stderr } = await runApt(device.root, 'apt-get', args)
  if (code !== 0) throw new Error(stderr)
  offerPackages(device.root, ...packages)
  device.start()
}
const classesOf = () => {
  const missing = device.door.inventory?.missing
  if (!missing || !('sets' in missing)) return undefined
  return missing.sets.map(({ members, undoClass, undoReason }) => ({
    names: members.map((place) => missing.updates[place]?.name).sort(),
    undoClass,
    undoReason,
  }))
}
const versions = async () => {
  const all = ['mrg-a', 'mrg-b', 'mrg-extra'].map((name) => installedVersion(device.root, name))
  return Promise.all(all)
}

describe('a set whose way back touches', () => {
  test('what another missing set brings is one with it, goes in and comes back', async () => {
    await start('merged', ...first, a2, b2, extra)
    const set = await device.findSet('mrg-a=2.0', 'mrg-b=2.0', 'mrg-extra=1.0')
    expect(set).toMatchObject({ undoClass: 'fetchable' })
    const order = device.door.give(device.installOrder([set]))
    await device.reported(order, 'released')
    expect(await versions()).toEqual(['2.0', '2.0', '1.0'])
    const back = device.door.give(device.rollbackOrder(order, [set]))
    await device.reported(back, 'rolled-back')
    expect(await versions()).toEqual(['1.0', '1.0', null])
  })

  test('a package of no set cannot be undone, and says what it touches', async () => {
    await start('stranger', ...first, a2, extra)
    await device.findSet('mrg-a=2.0')
    expect(classesOf()).toEqual([
      { names: ['mrg-a'], undoClass: 'none', undoReason: 'The way back also installs mrg-extra 1.0.' },
    ])
  })

  test('a set that cannot be undone itself stays apart from it', async () => {
    const [a1] = first
    if (!a1) throw new Error('there are first versions')
    await start('apart', a1, a2, b2, extra)
    await device.findSet('mrg-a=2.0')
    const lost = 'mrg-b 1.0 is neither kept here nor in the archive.'
    const reason = `The way back also installs mrg-extra 1.0. Going together with mrg-b, mrg-extra does not help: ${lost}`
    const sets = classesOf()
    expect(sets).toHaveLength(2)
    expect(sets).toContainEqual({ names: ['mrg-a'], undoClass: 'none', undoReason: reason })
    expect(sets).toContainEqual({ names: ['mrg-b', 'mrg-extra'], undoClass: 'none', undoReason: lost })
  })
})
