import { afterAll, beforeAll, expect, test } from 'vitest'
import { getOverview } from '../overview/get-overview.ts'
import { getPortal } from '../portal/queries.ts'
import { personContext, type RolloutRun, type RolloutWorld, startRolloutWorld } from '../rollouts/testing.ts'
import { giveFeedback } from './give-feedback.ts'
import { getFeedback } from './queries.ts'
import { seeFeedback } from './see-feedback.ts'

let world: RolloutWorld
beforeAll(async () => {
  world = await startRolloutWorld()
})
afterAll(() => world?.stop())

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000)
const manager = (run: RolloutRun, now = new Date()) =>
  personContext(run.client.mspId, { role: 'client-manager', clients: [run.client.clientId], now })
/** One that went in on a test device a moment ago. */
async function installed() {
  const run = await world.startPlan({ hosts: ['test-1', 'test-2'] })
  expect((await getPortal(manager(run), {})).asked).toBeNull()
  await run.tell('test-1', 'install', 'installed')
  return run
}

test('a rollout that changed computers is asked about for a week, and once', async () => {
  const run = await installed()
  const { rolloutId } = run
  expect((await getPortal(manager(run), {})).asked).toMatchObject({ rolloutId, computers: 1 })
  expect((await getPortal(manager(run, inDays(6.9)), {})).asked).not.toBeNull()
  expect((await getPortal(manager(run, inDays(7.1)), {})).asked).toBeNull()
  const good = { rolloutId, isBroken: false, words: '' }
  await expect(giveFeedback(manager(run, inDays(7.1)), good)).rejects.toMatchObject({ code: 'not-allowed-now' })
  await giveFeedback(manager(run), good)
  expect((await getPortal(manager(run), {})).asked).toBeNull()
  await expect(giveFeedback(manager(run), good)).rejects.toMatchObject({ code: 'not-allowed-now' })
})

test('what broke needs somebody of the MSP until one of them has seen to it', async () => {
  const run = await installed()
  const { rolloutId } = run
  const ctx = personContext(run.client.mspId)
  const needs = async () => (await getOverview(ctx)).needs.filter(({ kind }) => kind === 'feedback')
  expect(await getFeedback(ctx, { rolloutId })).toBeNull()
  await giveFeedback(manager(run), { rolloutId, isBroken: true, words: 'The till prints no receipts' })
  expect(await needs()).toHaveLength(1)
  expect(await getFeedback(ctx, { rolloutId })).toMatchObject({
    ...{ isBroken: true, words: 'The till prints no receipts', seen: null, canSee: { can: true } },
  })
  await seeFeedback(ctx, { rolloutId })
  expect(await needs()).toEqual([])
  expect(await getFeedback(ctx, { rolloutId })).toMatchObject({ seen: { by: 'Nora' }, canSee: { can: false } })
  await expect(seeFeedback(ctx, { rolloutId })).rejects.toMatchObject({ code: 'not-allowed-now' })
})

test('a manager of another client has no say in it', async () => {
  const run = await installed()
  const other = await world.door.factories.makeClient(run.client.mspId)
  const stranger = personContext(run.client.mspId, { role: 'client-manager', clients: [other.clientId] })
  await expect(giveFeedback(stranger, { rolloutId: run.rolloutId, isBroken: false, words: '' })).rejects.toMatchObject({
    code: 'not-found',
  })
})
