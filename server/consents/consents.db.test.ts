import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { jobContext } from '../auth/job-context.ts'
import { getDevice } from '../devices/get-device.ts'
import { getPatch } from '../patches/get-patch.ts'
import { getPortal } from '../portal/queries.ts'
import { planDueRollouts } from '../rollouts/plan-due-rollouts.ts'
import { startRollout } from '../rollouts/start-rollout.ts'
import { personContext, plainPolicy, type RolloutWorld, startRolloutWorld } from '../rollouts/testing.ts'
import { answerConsent } from './answer-consent.ts'
import { askConsent } from './ask-consent.ts'
import { endConsent } from './end-consent.ts'

let world: RolloutWorld
beforeAll(async () => {
  world = await startRolloutWorld()
})
beforeEach(() => world.door.factories.beat())
afterAll(() => world?.stop())

const words = { reason: 'It closes a hole', plan: 'Thursday night, one restart' }
const atOnce = { ...plainPolicy, startRule: { kind: 'at-once' as const, settleMs: 0 } }

/** A test device that lacks two packages, both approved by rule, and the client's manager; nothing runs there yet. */
async function makeFleet(refs = ['lab-svc=2.0', 'lab-lib=2.0']) {
  const fleet = await world.makeFleet({ hosts: ['test-1'], policy: atOnce, refs })
  const { clientId, mspId } = fleet.client
  const [device] = fleet.devices
  if (!device) throw new Error('no device')
  const patchId = await world.door.factories.findPatch(mspId, 'lab-svc', '2.0')
  return {
    ...{ clientId, mspId, device, patchId, person: personContext(mspId) },
    manager: personContext(mspId, { role: 'client-manager', clients: [clientId] }),
    ask: () => askConsent(personContext(mspId), { clientId, patchId, ...words }),
    planned: () =>
      world.door.factories.inMsp(
        mspId,
        (tx) => tx<{ name: string }[]>`select distinct p.name from plan_items i
          join patches p on p.msp_id = i.msp_id and p.id = i.patch_id where i.client_id = ${clientId} order by 1`,
      ),
    why: async () => {
      const { missing } = await getDevice(personContext(mspId), { deviceId: device.deviceId })
      const one = missing.find((each) => each.patchId === patchId)
      return `${one?.why.answer.map(({ text }) => text).join('')} ${one?.why.consequence}`
    },
    portal: () => getPortal(personContext(mspId, { role: 'client-manager', clients: [clientId] }), {}),
  }
}
const names = (rows: readonly { name: string }[]) => rows.map(({ name }) => name)
/** The planner's round; answers the MSPs where it tried to start something. */
async function plan(at = new Date()): Promise<string[]> {
  const tried: string[] = []
  const contextOf = (id: string) => {
    tried.push(id)
    return jobContext(id, 'planner', at)
  }
  await planDueRollouts({ at, after: null, contextOf, onFailure: (_client, error) => expect(error).toBeNull() })
  return tried
}

describe('a patch that waits for the client', () => {
  test('is taken up by no rollout, and its page says whose yes it waits for, however long', async () => {
    const fleet = await makeFleet()
    await fleet.ask()
    await plan()
    expect(names(await fleet.planned())).toEqual(['lab-lib'])
    expect(await fleet.why()).toMatch(
      /It waits for the yes of .+, asked .+ by .+\. Without an answer it goes on waiting/,
    )
    await plan(new Date(Date.now() + 400 * 86_400_000))
    expect(names(await fleet.planned())).toEqual(['lab-lib'])
  })

  test('is not started by hand either, and the planner does not try where nothing else is missing', async () => {
    const fleet = await makeFleet(['lab-svc=2.0'])
    await fleet.ask()
    expect(await plan()).not.toContain(fleet.mspId)
    const start = { clientId: fleet.clientId, patchIds: [fleet.patchId] }
    await expect(startRollout(fleet.person, start)).rejects.toMatchObject({ code: 'not-allowed-now' })
    expect(await fleet.planned()).toEqual([])
  })

  test('goes as it was approved once the manager said yes', async () => {
    const fleet = await makeFleet()
    const { consentId } = await fleet.ask()
    expect((await fleet.portal()).consents).toMatchObject([{ id: consentId, computers: 1, ...words }])
    await answerConsent(fleet.manager, { consentId, answer: 'yes', reason: '' })
    expect((await fleet.portal()).consents).toEqual([])
    expect(await fleet.why()).toContain('It is approved by rule 1')
    await plan()
    expect(names(await fleet.planned())).toEqual(['lab-lib', 'lab-svc'])
  })

  test('stays off after a no, with its reason, until the MSP goes on and says why', async () => {
    const fleet = await makeFleet()
    const { consentId } = await fleet.ask()
    await answerConsent(fleet.manager, { consentId, answer: 'no', reason: 'Stocktaking on Friday' })
    expect(await fleet.why()).toMatch(/said no .+ by .+: stocktaking on Friday/i)
    await plan()
    expect(names(await fleet.planned())).toEqual(['lab-lib'])
    await endConsent(fleet.person, { consentId, reason: 'They called and agreed' })
    await plan()
    expect(names(await fleet.planned())).toEqual(['lab-lib', 'lab-svc'])
    const records = await world.door.factories.inMsp(
      fleet.mspId,
      (tx) => tx`select action, reason, changes from audit_records where subject_id = ${consentId} order by id`,
    )
    expect(records).toMatchObject([
      { action: 'consent:ask', reason: words.reason, changes: { plan: words.plan } },
      { action: 'portal:answer-consent', changes: { answer: 'no' } },
      { action: 'consent:end', reason: 'They called and agreed', changes: { was: 'refused' } },
    ])
  })

  test('shows question and answer in the history of the patch', async () => {
    const fleet = await makeFleet()
    const { consentId } = await fleet.ask()
    await answerConsent(fleet.manager, { consentId, answer: 'no', reason: 'Not now' })
    const { history, standing } = await getPatch(fleet.person, { patchId: fleet.patchId })
    expect(history).toMatchObject([{ kind: 'consent', answer: { isYes: false, reason: 'Not now' }, ended: null }])
    expect(standing.state).toBe('client-asked')
  })
})

describe('the question', () => {
  test('stands once, is answered once, and ends once', async () => {
    const fleet = await makeFleet()
    const { consentId } = await fleet.ask()
    await expect(fleet.ask()).rejects.toMatchObject({ code: 'not-allowed-now' })
    const yes = { consentId, answer: 'yes' as const, reason: '' }
    await answerConsent(fleet.manager, yes)
    await expect(answerConsent(fleet.manager, yes)).rejects.toMatchObject({ code: 'not-allowed-now' })
    await endConsent(fleet.person, { consentId, reason: 'asked anew' })
    await expect(endConsent(fleet.person, { consentId, reason: 'twice' })).rejects.toMatchObject({
      code: 'not-allowed-now',
    })
    await fleet.ask()
  })

  test('comes too late for what a rollout has already', async () => {
    const fleet = await makeFleet()
    await plan()
    await expect(fleet.ask()).rejects.toMatchObject({ message: expect.stringContaining('too late') })
  })

  test('is answered by its own client alone: not by another, nor by the MSP, nor by a program', async () => {
    const [fleet, other] = [await makeFleet(), await makeFleet()]
    const { consentId } = await fleet.ask()
    const yes = { consentId, answer: 'yes' as const, reason: '' }
    await expect(answerConsent(other.manager, yes)).rejects.toMatchObject({ code: 'not-found' })
    for (const role of ['owner', 'technician', 'read-only'] as const)
      await expect(answerConsent(personContext(fleet.mspId, { role }), yes)).rejects.toMatchObject({
        code: 'forbidden',
      })
    expect((await other.portal()).consents).toEqual([])
    expect((await fleet.portal()).consents).toHaveLength(1)
  })
})
