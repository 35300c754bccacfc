import { afterAll, beforeAll, expect, test } from 'vitest'
import { type PatchWorld, startPatchWorld } from '../patches/testing.ts'
import { personContext } from '../rollouts/testing.ts'
import { getAskChoices } from './get-ask-choices.ts'

let world: PatchWorld
beforeAll(async () => {
  world = await startPatchWorld()
  const [one, two] = [await world.enrol(world.alder, 'alder-1'), await world.enrol(world.alder, 'alder-2')]
  await world.lacks(one, 'lab-svc=2.0', 'lab-lib=2.0')
  await world.lacks(two, 'lab-svc=2.0')
  await world.lacks(await world.enrol(world.birch, 'birch-1'), 'secret-erp=1.0')
  await world.door.factories.inMsp(
    world.mspId,
    (tx) => tx`update devices set tags = '{till,front}' where id = ${one.deviceId}`,
  )
  const gone = await world.enrol(world.alder, 'alder-gone')
  await world.lacks(gone, 'old-tool=1.0')
  await world.door.factories.inMsp(
    world.mspId,
    (tx) => tx`update devices set retired_at = now(), tags = '{gone}' where id = ${gone.deviceId}`,
  )
})
afterAll(() => world.stop())

const manager = () => personContext(world.mspId, { role: 'client-manager', clients: [world.alder.clientId] })

test('a manager chooses from their own computers, marks and missing updates, and from no retired one', async () => {
  const { clientId } = world.alder
  const { updates, computers, marks, hasMore, client } = await getAskChoices(manager(), { clientId })
  expect(updates.map(({ name, version, computers }) => [name, version, computers])).toEqual([
    ['lab-svc', '2.0', 2],
    ['lab-lib', '2.0', 1],
  ])
  expect(computers.map(({ hostName }) => hostName)).toEqual(['alder-1', 'alder-2'])
  expect([marks, hasMore, client.id]).toEqual([['front', 'till'], false, clientId])
})

test('another organisation is not found, and people of the MSP have no such form', async () => {
  const { clientId } = world.birch
  await expect(getAskChoices(manager(), { clientId })).rejects.toMatchObject({ code: 'not-found' })
  await expect(getAskChoices(personContext(world.mspId), { clientId })).rejects.toMatchObject({ code: 'forbidden' })
})
