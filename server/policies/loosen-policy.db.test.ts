import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Context } from '../context.ts'
import { confirmProposal } from '../proposals/confirm-proposal.ts'
import { listProposals } from '../proposals/queries.ts'
import { confirmShown, noHash, type ProposalWorld, startProposalWorld } from '../proposals/testing.ts'
import { getPolicy, getPolicyPage } from './queries.ts'
import { rightToLoosen, standardPolicy } from './rules.ts'
import { savePolicy } from './save-policy.ts'
import type { Policy } from './schema.ts'
import { looser, stricter } from './testing.ts'

let world: ProposalWorld
let technician: Context
let approver: Context
let owner: Context
beforeAll(async () => {
  world = await startProposalWorld()
  technician = await world.join('technician')
  approver = await world.join('approver')
  owner = await world.join('owner')
})
afterAll(() => world.stop())

const reason = 'asked by the clients'
/** Saves `after` as the standard that follows `before`. */
async function save(ctx: Context, before: Policy, after: Policy, why = reason) {
  await world.door.factories.makePolicy(world.mspId, before)
  const { standardVersion } = await getPolicy(ctx, { clientId: null })
  return savePolicy(ctx, { clientId: null, basedOnVersion: standardVersion, document: after, reason: why })
}
const inForce = async () => (await getPolicy(approver, { clientId: null })).policy

test('a technician cannot take every gate of every client away', async () => {
  const rings = standardPolicy.rings
    .filter((_, index) => index !== 1)
    .map((ring) => ({ ...ring, soakMs: 0, deferralMs: 0, window: { kind: 'always' as const } }))
  const gate = { ...standardPolicy.gate, provedShare: 0.01, failureLimit: 100, smallRingNeedsPerson: false }
  const open = { ...standardPolicy, rings, gate, mayStartOffline: true }
  await expect(save(technician, standardPolicy, open)).rejects.toMatchObject({
    code: 'forbidden',
    message: expect.stringContaining('rollout: approve production'),
  })
  expect(await inForce()).toEqual(standardPolicy)
  expect((await world.denied()).map((record) => record.action)).toContain('rollout:approve-production')
})

describe('for more than one client, a second person is asked for', () => {
  test.each(looser)('$0; a technician needs the right to it', async (_, section, [before, after]) => {
    expect(await save(approver, before, after)).toMatchObject({ kind: 'proposed', devices: 2, clients: 3 })
    expect(await inForce()).toEqual(before)
    const asked = save(technician, before, after)
    if (technician.permissions.has(rightToLoosen(section))) expect(await asked).toMatchObject({ kind: 'proposed' })
    else await expect(asked).rejects.toMatchObject({ code: 'forbidden' })
    expect(await inForce()).toEqual(before)
  })

  test('with a reason', async () => {
    const asked = save(approver, standardPolicy, { ...standardPolicy, cutOffMs: 0 }, '')
    await expect(asked).rejects.toMatchObject({ code: 'invalid', message: 'Write at least 3 letters.' })
  })
})

test.each(stricter)('a technician alone saves %s', async (_, [before, after]) => {
  expect(await save(technician, before, after, '')).toMatchObject({ kind: 'saved' })
  expect(await inForce()).toEqual(after)
})

test('the editor says beforehand what a loosening would meet', async () => {
  // One of the three has no device yet.
  const everything = { devices: 2, clients: 3, isAsked: true }
  const { loosening } = await getPolicyPage(approver, { clientId: null })
  expect(loosening).toEqual({ ...everything, refusals: {} })
  expect((await getPolicyPage(technician, { clientId: null })).loosening).toEqual({
    ...everything,
    refusals: { 'rollout:approve-production': expect.stringContaining('approve production') },
  })
  const one = await getPolicyPage(approver, { clientId: world.alder.clientId })
  expect(one.loosening).toEqual({ devices: 1, clients: 1, isAsked: false, refusals: {} })
})

test('of one client alone it is saved, by who has the right; to follow the looser standard again is a loosening too', async () => {
  const { clientId } = world.alder
  const standard = { ...standardPolicy, cutOffMs: 0 }
  await world.door.factories.makePolicy(world.mspId, standard)
  const own = { clientId, basedOnVersion: 0, document: { cutOffMs: 60_000 }, reason: '' }
  expect(await savePolicy(technician, own)).toEqual({ kind: 'saved', version: 1 })
  const followed = { clientId, basedOnVersion: 1, document: {}, reason: '' }
  await expect(savePolicy(technician, followed)).rejects.toMatchObject({ code: 'forbidden' })
  expect(await savePolicy(approver, followed)).toEqual({ kind: 'saved', version: 2 })
})

describe('what the second person reads', () => {
  const ask = async (after: Policy) => {
    const asked = await save(approver, standardPolicy, after)
    if (asked.kind !== 'proposed') throw new Error('it was saved at once')
    const { proposalId, devices } = asked
    const find = async () => (await listProposals(owner)).open.find((one) => one.id === proposalId)
    return { proposalId, devices, find }
  }
  const soakless = standardPolicy.rings.map((ring, index) => (index === 0 ? { ...ring, soakMs: 0 } : ring))
  const rule: Policy['approvalRules'][number] = {
    ...{ classifications: [], severities: [], afterDays: 0, onlyIfUndoable: false, effect: 'approve' },
  }

  test('is every difference, before and after, with what loosens first, and why', async () => {
    const approvalRules = [...standardPolicy.approvalRules, rule]
    const { find } = await ask({ ...standardPolicy, dueDays: 3, rings: soakless, approvalRules })
    const shown = await find()
    expect(shown?.lines).toEqual([
      'Test soak: 20 h → none',
      'Rule added: Approve every patch at once.',
      'Due: 14 days → 3 days',
    ])
    expect(shown).toMatchObject({ reason, title: expect.stringContaining('looser rules: Standard policy') })
  })

  test('names what loosens however much else is changed, and counts the rest', async () => {
    const probes = Array.from({ length: 50 }, (_, place) => ({
      ...{ name: `probe ${place}`, kind: 'tcp' as const, port: 80, timeoutMs: 1_000 },
    }))
    const { find } = await ask({ ...standardPolicy, probes, mayStartOffline: true })
    const lines = (await find())?.lines ?? []
    expect(lines).toHaveLength(21)
    expect([lines.at(0), lines.at(-1)]).toEqual([
      'Offline start: not allowed → allowed',
      'and 31 more, which loosen nothing',
    ])
  })

  test('is what they confirm: what they read of another one is a conflict, and nothing is done', async () => {
    const { proposalId, devices, find } = await ask({ ...standardPolicy, rings: soakless })
    const other = await ask({ ...standardPolicy, cutOffMs: 0 })
    const read = (await other.find())?.shown ?? ''
    const confirm = confirmProposal(owner, { proposalId: other.proposalId, devices, shown: noHash })
    await expect(confirm).rejects.toMatchObject({ code: 'conflict' })
    expect(await inForce()).toEqual(standardPolicy)
    expect((await find())?.may.confirm).toMatchObject({
      can: false,
      reason: expect.stringContaining('saved meanwhile'),
    })
    expect(await confirmProposal(owner, { proposalId: other.proposalId, devices, shown: read })).toEqual({ devices })
    expect((await inForce()).cutOffMs).toBe(0)
    await expect(confirmProposal(owner, { proposalId, devices, shown: read })).rejects.toMatchObject({
      code: 'conflict',
    })
  })

  test('holds under the rights of both: not of who lost the one to loosen it', async () => {
    const { proposalId, devices } = await ask({ ...standardPolicy, cutOffMs: 0 })
    await world.asWeb(sql`update members set role = 'technician' where role = 'approver'`)
    await expect(confirmShown(owner, { proposalId, devices })).rejects.toThrow('may not ask for this any more')
    await world.asWeb(sql`update members set role = 'approver' where name = 'A approver'`)
    expect(await confirmShown(owner, { proposalId, devices })).toEqual({ devices })
  })

  test('of an approval for all clients is that those of tomorrow get it too', async () => {
    const asked = await world.approve(approver, 'all')
    if (asked.kind !== 'proposed') throw new Error('it was done at once')
    const shown = (await listProposals(owner)).open.find((one) => one.id === asked.proposalId)
    expect(shown?.title).toBe('get lab-svc 2.0, ring by ring, at all clients, those of tomorrow included')
  })
})
