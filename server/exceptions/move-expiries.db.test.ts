import { afterAll, beforeAll, expect, test } from 'vitest'
import { changeClient } from '../clients/change-client.ts'
import { personContext, type RolloutWorld, startRolloutWorld } from '../rollouts/testing.ts'
import { endException } from './end-exception.ts'
import { dayAt, endOfDay } from './rules.ts'
import { agreeOn } from './testing.ts'

const dayMs = 86_400_000
const [zone, far] = ['Europe/Berlin', 'Pacific/Auckland']
const inDays = (days: number) => dayAt(new Date(Date.now() + days * dayMs), zone)

let world: RolloutWorld
beforeAll(async () => {
  world = await startRolloutWorld()
})
afterAll(() => world?.stop())

test('a client that moves to another zone keeps its last days there; what is over stays over', async () => {
  const fleet = await world.makeFleet({ hosts: ['test-1'] })
  const { clientId, mspId } = fleet.client
  const patchId = await world.door.factories.findPatch(mspId, 'lab-svc', '2.0')
  const ask = { clientId, patchId }
  const [lasts, ended, expired] = [
    await agreeOn(mspId, { ...ask, lastDay: inDays(10) }),
    await agreeOn(mspId, { ...ask, lastDay: inDays(12) }),
    await agreeOn(mspId, { ...ask, lastDay: inDays(-3) }, new Date(Date.now() - 5 * dayMs)),
  ]
  await endException(personContext(mspId), { exceptionId: ended, reason: 'The vendor fixed it' })
  const [client] = await world.door.factories.inMsp(mspId, (tx) => tx`select name from clients where id = ${clientId}`)
  await changeClient(personContext(mspId, { role: 'admin' }), { clientId, name: client?.name, timeZone: far })
  const rows = await world.door.factories.inMsp(
    mspId,
    (tx) => tx`select id, expires_at from exceptions where client_id = ${clientId}`,
  )
  expect(new Map(rows.map((row) => [row.id, row.expires_at]))).toEqual(
    new Map([
      [lasts, endOfDay(inDays(10), far)],
      [ended, endOfDay(inDays(12), zone)],
      [expired, endOfDay(inDays(-3), zone)],
    ]),
  )
})
