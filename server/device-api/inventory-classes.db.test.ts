import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { MissingUpdate } from '../../agent/wire/door.ts'
import { exampleMissing, type TestDevice } from './test-device.ts'
import { startTestDoor, type TestDoor } from './testing.ts'

let door: TestDoor
let mspId: string
let first: TestDevice
let second: TestDevice
beforeAll(async () => {
  door = await startTestDoor()
})
afterAll(() => door?.stop())
beforeEach(async () => {
  mspId = await door.factories.makeMsp()
  first = await door.addDevice(await door.factories.makeClient(mspId))
  second = await door.addDevice(await door.factories.makeClient(mspId))
})

type Words = Partial<Pick<MissingUpdate, 'classification' | 'severity'>>
const missing = (words: Words) => {
  const section = exampleMissing('linux-image=6.2')
  return { ...section, updates: section.updates.map((update) => ({ ...update, ...words })) }
}
const say = (device: TestDevice, words: Words) => device.inventory({ missing: missing(words) })
const known = async () =>
  (await door.factories.inMsp(mspId, (tx) => tx`select classification, severity from patches`))[0]

describe('what a device says of a patch counts for all clients, so', () => {
  test('the first word does not hold against a stricter one', async () => {
    await say(first, { classification: 'bug fix', severity: 'low' })
    expect(await known()).toEqual({ classification: 'bug fix', severity: 'low' })
    await say(second, { classification: 'security', severity: 'important' })
    expect(await known()).toEqual({ classification: 'security', severity: 'important' })
  })

  test('a later word talks nothing down', async () => {
    await say(first, { classification: 'security', severity: 'important' })
    await say(second, { classification: 'bug fix', severity: 'moderate' })
    expect(await known()).toEqual({ classification: 'security', severity: 'important' })
  })

  test('each word is weighed apart', async () => {
    await say(first, { classification: 'security', severity: 'low' })
    await say(second, { classification: 'bug fix', severity: 'critical' })
    expect(await known()).toEqual({ classification: 'security', severity: 'critical' })
  })

  test('a severity that nobody gave is not talked down to a low one', async () => {
    await say(first, { severity: 'unknown' })
    await say(second, { severity: 'low' })
    expect(await known()).toMatchObject({ severity: 'unknown' })
  })

  test('no device of apt makes it what a rule approves at once', async () => {
    for (const classification of ['definition', 'driver', 'feature', 'service pack', 'hotfix'] as const)
      await say(first, { classification })
    expect(await known()).toMatchObject({ classification: 'bug fix' })
    await say(second, { classification: 'security' })
    expect(await known()).toMatchObject({ classification: 'security' })
  })

  test('a row from before this rule is put right by the next word', async () => {
    await say(first, { classification: 'bug fix' })
    await door.database.owner.begin(async (tx) => {
      await tx`set local role door_definer`
      await tx`update patches set classification = 'definition' where msp_id = ${mspId}`
    })
    await say(second, { classification: 'bug fix' })
    expect(await known()).toMatchObject({ classification: 'bug fix' })
  })

  test('two who report at once end with the strictest', async () => {
    await Promise.all([say(first, { classification: 'bug fix' }), say(second, { classification: 'security' })])
    expect(await known()).toMatchObject({ classification: 'security' })
  })
})

describe('an update of the list that stands in no set', () => {
  /** The list as it is, without the sets that would make it plannable. */
  const withoutSets = (words: Words) => ({ ...missing(words), sets: [] })
  const counts = () =>
    door.factories.inMsp(
      mspId,
      (tx) => tx`select d.missing_count, (select count(*)::int from device_patches t
        where t.device_id = d.id and t.resolved_at is null) as open from devices d order by d.enrolled_at, d.id`,
    )

  test('says nothing of the patch: what a device does not lack in sight of all, it does not make due', async () => {
    await say(first, { classification: 'bug fix', severity: 'low' })
    await second.inventory({ missing: withoutSets({ classification: 'security', severity: 'critical' }) })
    expect(await known()).toEqual({ classification: 'bug fix', severity: 'low' })
  })

  test.each(['', 'The lists are old'])(
    'counts as missing only where it is stored as missing (trouble %j)',
    async (trouble) => {
      await say(first, {})
      await second.inventory({ missing: { ...withoutSets({}), trouble } })
      expect(await counts()).toEqual([
        { missing_count: 1, open: 1 },
        { missing_count: 0, open: 0 },
      ])
      // What it lacked before, in a set, it lacks still.
      await first.inventory({ missing: { ...withoutSets({}), trouble } })
      expect((await counts())[0]).toEqual({ missing_count: 1, open: 1 })
    },
  )
})
