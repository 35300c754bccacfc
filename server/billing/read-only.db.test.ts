import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { jobContext } from '../auth/job-context.ts'
import { createClient } from '../clients/create-client.ts'
import { stopChanges } from '../msps/stop-changes.ts'
import { pauseRollout } from '../rollouts/pause-rollout.ts'
import { startRollout } from '../rollouts/start-rollout.ts'
import { personContext, type RolloutWorld, startRolloutWorld } from '../rollouts/testing.ts'
import { readOnlyWords } from './rules.ts'
import { connectStripe } from './stripe-connection.ts'

let world: RolloutWorld
beforeAll(async () => {
  world = await startRolloutWorld()
})
afterEach(() => connectStripe(null))
afterAll(() => world?.stop())

const settings = { secretKey: 'sk_test_fake', webhookSecrets: ['x'], priceId: 'p', meterEventName: 'devices' }
/** The trial of every MSP of these tests is over by then. */
const later = new Date(Date.now() + 31 * 86_400_000)

test('a company that is read-only changes nothing by hand; what was approved goes on by itself, and people stop it', async () => {
  const { client } = await world.makeFleet({ hosts: ['test-1', 'desk-1'] })
  const owner = personContext(client.mspId, { role: 'owner', now: later })
  const start = { clientId: client.clientId, patchIds: [] }
  const createIt = () =>
    createClient(owner, { name: `Client ${crypto.randomUUID()}`, timeZone: 'UTC', siteName: 'Office' })
  connectStripe(settings)
  for (const attempt of [createIt, () => startRollout(owner, start)])
    await expect(attempt()).rejects.toMatchObject({ code: 'not-allowed-now', message: readOnlyWords['trial-over'] })
  const { rolloutId } = await startRollout(jobContext(client.mspId, 'planner', later), start)
  await pauseRollout(owner, { rolloutId, reason: 'To look at it' })
  await stopChanges(owner, { reason: 'A test' })
  // Within the trial, and without keys, nothing is refused.
  await createClient({ ...owner, now: new Date() }, { name: 'In the trial', timeZone: 'UTC', siteName: 'Office' })
  connectStripe(null)
  await createIt()
})
