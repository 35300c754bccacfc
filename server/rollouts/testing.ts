import type { SetReport } from '../../agent/wire/report.ts'
import type { ClientRef } from '../../db/factories.ts'
import type { ClientId, MspId } from '../../db/tenant.ts'
import { jobContext } from '../auth/job-context.ts'
import type { Context } from '../context.ts'
import { exampleMissing, exampleSetKey, type TestDevice } from '../device-api/test-device.ts'
import { startTestConsole } from '../device-api/testing.ts'
import { permissionsOf, type Role } from '../permissions.ts'
import { standardPolicy } from '../policies/rules.ts'
import type { Policy } from '../policies/schema.ts'
import { dispatchOrders } from '../work-orders/dispatch-orders.ts'
import { judgeRing } from './judge-ring.ts'
import { openRing } from './open-ring.ts'
import { stageRollout } from './stage-rollout.ts'
import { startRollout } from './start-rollout.ts'

const hourMs = 3_600_000

/** Three rings, always open, an hour of soak, one proof in the small test ring and no person's yes. */
export const plainPolicy: Policy = {
  ...standardPolicy,
  rings: standardPolicy.rings.map((ring) => ({
    ...ring,
    deferralMs: 0,
    soakMs: hourMs,
    window: { kind: 'always' as const },
  })),
  gate: { ...standardPolicy.gate, smallRingNeedsPerson: false },
  workingHours: null,
  approvalRules: [
    { classifications: ['security'], severities: [], afterDays: 0, onlyIfUndoable: false, effect: 'approve' },
  ],
}

export interface PlanOfTest {
  /** Host names; those that begin with "test" are the test ring. */
  hosts: string[]
  /** What is missing on every device, as `exampleMissing` takes it. */
  refs?: string[]
  /** What is missing on single hosts instead. */
  refsOf?: Record<string, string[]>
  policy?: Policy
  /** A further client of this MSP, with its policy; else a new MSP is made. */
  mspId?: string
  clientName?: string
}

/** A person of the MSP, as `server/auth` would make one. */
export function personContext(
  mspId: string,
  {
    role = 'approver',
    clients = 'all',
    now = new Date(),
  }: { role?: Role; clients?: 'all' | string[]; now?: Date } = {},
): Context {
  return {
    actor: { kind: 'person', userId: '0198c0de-0000-7000-8000-000000000001', name: 'Nora', role, provedAt: now },
    // Ids come from rows of this test's own database.
    mspId: mspId as MspId,
    // As above.
    clients: clients === 'all' ? 'all' : (clients as ClientId[]),
    permissions: permissionsOf[role],
    now,
  }
}

/** A door with devices, and the worker's steps at a call: for tests of verbs and reads of rollouts. One a test file. */
export async function startRolloutWorld(options: Parameters<typeof startTestConsole>[0] = {}) {
  const door = await startTestConsole(options)

  /** A client of a new MSP whose devices lack `refs`; nothing is started. */
  async function makeFleet({ hosts, refs = ['lab-svc=2.0'], refsOf = {}, policy = plainPolicy, ...where }: PlanOfTest) {
    const mspId = where.mspId ?? (await door.factories.makeMsp())
    const client = await door.factories.makeClient(mspId, { name: where.clientName })
    await door.factories.makePolicy(mspId, policy)
    const devices: TestDevice[] = []
    for (const host of hosts) devices.push(...(await addDevices(client, [host], refsOf[host] ?? refs)))
    return { client, devices }
  }

  async function addDevices(client: ClientRef, hosts: readonly string[], refs: readonly string[]) {
    const devices: TestDevice[] = []
    for (const hostName of hosts) {
      const tags = hostName.startsWith('test') ? ['test'] : []
      const device = await door.addDevice(client, { hostName, tags })
      await device.inventory({ missing: exampleMissing(...refs) })
      devices.push(device)
    }
    return devices
  }

  /** A rollout that is started, staged, and open in its first ring, with its install orders made. */
  async function startPlan(plan: PlanOfTest) {
    const { client, devices } = await makeFleet(plan)
    const { rolloutId } = await startRollout(personContext(client.mspId), { clientId: client.clientId, patchIds: [] })
    const job = (now = new Date()) => jobContext(client.mspId, 'rollout', now)
    const run = {
      client,
      devices,
      rolloutId,
      job,
      patchId: (name: string, version: string) => door.factories.findPatch(client.mspId, name, version),
      /** Opens a ring and makes what orders the plan allows. */
      async open(position: number, now = new Date()) {
        const opening = await openRing(job(now), { rolloutId, position })
        await dispatchOrders(now)
        return opening
      },
      /** The gate as it is judged at `now`, when every device was just heard from, but for those that keep silent. */
      async judge(position: number, now = new Date(), { silent = [] }: { silent?: string[] } = {}) {
        await hear(
          devices.filter((one) => !silent.includes(one.facts.hostName)),
          now,
        )
        return judgeRing(job(now), { rolloutId, position })
      },
      dispatch: (now = new Date()) => dispatchOrders(now),
      /** One device tells the outcome of its newest order of a verb. */
      async tell(
        hostName: string,
        verb: 'stage' | 'install' | 'rollback',
        outcome: SetReport['outcome'],
        told: Told = {},
      ) {
        const device = devices.find((one) => one.facts.hostName === hostName)
        if (!device) throw new Error(`no device ${hostName}`)
        const [order] = await door.factories.inMsp(
          client.mspId,
          (tx) => tx`select id from work_orders where device_id = ${device.deviceId} and verb = ${verb}
            and rollout_id = ${rolloutId} order by attempt desc limit 1`,
        )
        if (!order) throw new Error(`${hostName} has no ${verb} order`)
        const refs = told.refs ?? plan.refsOf?.[hostName] ?? plan.refs ?? ['lab-svc=2.0']
        const state = told.state ?? finalState(outcome)
        await device.report({ orderId: order.id, state, sets: refs.map((ref) => setOf(outcome, ref, told.reason)) })
      },
    }
    await stageRollout(job(), { rolloutId })
    for (const host of plan.hosts) await run.tell(host, 'stage', 'staged')
    await run.open(0)
    return run
  }

  /** As the door notes a check-in. */
  async function hear(devices: readonly TestDevice[], at: Date): Promise<void> {
    await door.database.owner.begin(async (tx) => {
      await tx`set local role door_definer`
      await tx`update device_heartbeats set seen_at = greatest(seen_at, ${at}) where device_id = any (${devices.map((one) => one.deviceId)})`
    })
  }

  return {
    door,
    hear,
    makeFleet,
    addDevices,
    startPlan,
    stop: door.stop,
  }
}
export type RolloutWorld = Awaited<ReturnType<typeof startRolloutWorld>>
export type RolloutRun = Awaited<ReturnType<RolloutWorld['startPlan']>>

interface Told {
  refs?: string[]
  reason?: string
  state?: 'permitted' | 'installing' | 'proved'
}

function finalState(outcome: SetReport['outcome']) {
  if (outcome === 'staged' || outcome === 'vanished') return outcome
  return outcome === 'installed' ? 'proved' : outcome === 'rolled-back' ? 'rolled-back' : 'rollback-failed'
}

function setOf(outcome: SetReport['outcome'], ref: string, reason = ''): SetReport {
  return { key: exampleSetKey(ref), outcome, versions: [], exitCode: null, output: '', reason, undoClass: 'kept' }
}
