import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { ClientRef } from '../../db/factories.ts'
import { jobContext } from '../auth/job-context.ts'
import { askConsent } from '../consents/ask-consent.ts'
import { askException } from '../exceptions/ask-exception.ts'
import { plainAsk } from '../exceptions/testing.ts'
import { addMember } from '../members/add-member.ts'
import { openMailbox } from '../members/testing.ts'
import { type PatchWorld, startPatchWorld } from '../patches/testing.ts'
import { personContext } from '../rollouts/testing.ts'

let world: PatchWorld
let mailbox: Awaited<ReturnType<typeof openMailbox>>
let patchId: string
const manager = 'mia@alder.example'
const other = 'bo@birch.example'
beforeAll(async () => {
  mailbox = await openMailbox()
  world = await startPatchWorld()
  await world.lacks(await world.enrol(world.alder, 'alder-1'), 'lab-svc=2.0')
  patchId = await world.patchId('lab-svc', '2.0')
  const add = (email: string, name: string, { clientId }: ClientRef) =>
    addMember(jobContext(world.mspId, 'test'), {
      ...{ userId: randomUUID(), name, email, role: 'client-manager', clients: [clientId] },
    })
  await add(manager, 'Mia Lane', world.alder)
  await add(other, 'Bo Birch', world.birch)
})
afterAll(async () => {
  await world.stop()
  await mailbox.close()
})
const lastDay = new Date(Date.now() + 7 * 86_400_000).toISOString().slice(0, 10)
const texts = (to = manager) => mailbox.mailsTo(to).map(({ text }) => text)
const arrived = (count: number) => vi.waitFor(() => expect(texts()).toHaveLength(count), 10_000)
const onTag = (tag: string) => ({
  ...plainAsk,
  clientId: world.alder.clientId,
  patchId,
  lastDay,
  reach: { kind: 'tag', tag } as const,
})

test('the managers of the client are told of an exception to sign off and of a question, with one link to their portal', async () => {
  const { clientId } = world.alder
  const person = personContext(world.mspId)
  await askException(person, onTag('front'), 'msp')
  await arrived(1)
  await askConsent(person, { clientId, patchId, reason: 'See http://evil.example/now', plan: 'Thursday night' })
  await arrived(2)
  const all = texts().join('')
  expect(all).toContain('asks you to sign off that lab-svc 2.0 stays off computers with the tag front')
  expect(all).toContain('asks whether lab-svc 2.0 may be installed on your computers')
  for (const text of texts()) expect(mailbox.linksIn(text)).toEqual([expect.stringContaining('/portal/')])
  expect(texts(other)).toEqual([])
})

test('what the client asks is mailed to none of its managers, and without a mail server a question stands all the same', async () => {
  const ofClient = personContext(world.mspId, { role: 'client-manager', clients: [world.alder.clientId] })
  const before = texts().length
  await askException(ofClient, onTag('till'), 'client')
  mailbox.disconnect()
  expect(await askException(personContext(world.mspId), onTag('press'), 'msp')).toHaveProperty('exceptionId')
  mailbox.reconnect()
  // The next mail of the MSP is the next that arrives: none was sent between.
  await askException(personContext(world.mspId), onTag('back'), 'msp')
  await arrived(before + 1)
  expect(texts().join('')).not.toContain('the tag till')
})
