import { and, eq, isNull, min, sql } from 'drizzle-orm'
import { devicePatches } from '../../db/schema/patches.ts'
import { clients } from '../../db/schema/tenancy.ts'
import { read } from '../access.ts'
import { findStanding } from '../approvals/find-standing.ts'
import { findPatchHistory, type PatchEvent } from '../approvals/queries.ts'
import { wholeOnly } from '../approvals/rules.ts'
import { type Can, no, wholeCan, yes } from '../can.ts'
import type { Context } from '../context.ts'
import { findDuesOfPatch } from '../due-dates/queries.ts'
import type { Due } from '../due-dates/rules.ts'
import { type Action, missingPermission } from '../permissions.ts'
import { findPolicies } from '../policies/find-policies.ts'
import { uuids } from '../uuid-array.ts'
import { dryRunClient } from './dry-run.ts'
import { inReach, notRetired } from './find-lacking.ts'
import { findResults, type PatchResults } from './find-results.ts'
import { findPartners, findTargets, type Target } from './find-targets.ts'
import { findTestDevices, findTested } from './find-tested.ts'
import { getPatchRow, type PatchRow } from './queries.ts'
import {
  countExcepted,
  type DryRun,
  earliest,
  noUndo,
  type PatchDue,
  type PatchStanding,
  type StateTally,
  standingOf,
  stateOf,
  type UndoSpread,
} from './rules.ts'
import type { GetPatch } from './schema.ts'

/** A client that lacks the patch. */
export interface PatchClient {
  clientId: string
  name: string
  devices: number
  standing: PatchStanding
  hasTestDevice: boolean
  isLab: boolean
  /** When it is due there, and who asks that; null = nobody. */
  due: Due | null
  /** What an approval for this client would bring now. */
  dryRun: DryRun
}

export interface PatchView {
  patch: Omit<PatchRow, 'mspId'>
  /** What goes in with it in one update set, on some devices. */
  partners: { id: string; name: string; version: string }[]
  standing: PatchStanding
  /** Since the first device was found without it. */
  lackedSince: Date | null
  due: PatchDue
  undo: UndoSpread
  undoReasons: { undoClass: keyof UndoSpread; reason: string; devices: number }[]
  results: PatchResults
  clients: PatchClient[]
  history: PatchEvent[]
  may: Record<'approve' | 'reject' | 'defer' | 'hold' | 'decideForAll' | 'askException' | 'askConsent', Can>
  asOf: Date
}

/** Everything the page of one patch says, of the clients the caller may see. *Not found* when none of their devices lacks or lacked it. */
export function getPatch(ctx: Context, input: GetPatch): Promise<PatchView> {
  return read(ctx, 'patch:read', async (tx) => {
    const { mspId: _, ...patch } = await getPatchRow(tx, input.patchId)
    const row = { mspId: ctx.mspId, ...patch }
    const partners = await findPartners(tx, patch.id)
    const partnerRows = [...new Map([...partners.values()].flat().map((one) => [one.id, one])).values()]
    const policies = await findPolicies(tx)
    const standing = await findStanding(tx, { patchIds: [patch.id, ...partnerRows.map((one) => one.id)], now: ctx.now })
    const targets = await findTargets(tx, { patch: row, standing, policies, partners, now: ctx.now })
    const byClient = Map.groupBy(targets, (target) => target.clientId)
    const clientIds = [...byClient.keys()]
    const testDevices = await findTestDevices(tx, clientIds, policies)
    const tested = await findTested(tx, [row, ...partnerRows], testDevices)
    const named = await tx
      .select({ id: clients.id, name: clients.name, timeZone: clients.timeZone })
      .from(clients)
      .where(sql`${clients.id} = any (${uuids(clientIds)})`)
      .orderBy(clients.name)
    const dues = await findDuesOfPatch(tx, patch.id)
    const shown = named.map((client): PatchClient => {
      const devices = byClient.get(client.id) ?? []
      const test = testDevices.get(client.id) ?? []
      const policy = policies.of(client.id)
      const due = dues.get(client.id) ?? null
      return {
        clientId: client.id,
        name: client.name,
        devices: devices.length,
        standing: standingOf(tally(devices)),
        hasTestDevice: test.length > 0,
        isLab: policy.isLab,
        due,
        dryRun: dryRunClient({
          policy,
          zone: client.timeZone,
          patch,
          dueAt: due?.at ?? null,
          devices,
          testDevices: test,
          tested: tested(client.id),
          now: ctx.now,
        }),
      }
    })
    const reasons = await tx.execute<{ undoClass: keyof UndoSpread; reason: string; devices: number }>(sql`
      select undo_class as "undoClass", undo_reason as reason, count(*)::int as devices from device_patches t
      where patch_id = ${patch.id} and resolved_at is null and ${inReach(ctx)} ${await notRetired(tx)} group by 1, 2 order by 3 desc limit 3`)
    const [since] = await tx
      .select({ at: min(devicePatches.foundAt) })
      .from(devicePatches)
      .where(and(eq(devicePatches.patchId, patch.id), isNull(devicePatches.resolvedAt)))
    return {
      patch,
      partners: partnerRows.map(({ id, name, version }) => ({ id, name, version })),
      standing: standingOf(shown.flatMap((client) => client.standing.tallies)),
      lackedSince: since?.at ?? null,
      due: sumDues(shown, ctx.now),
      undo: undoOf(targets),
      undoReasons: [...reasons],
      results: await findResults(tx, patch.id),
      clients: shown.sort((a, b) => b.devices - a.devices || a.name.localeCompare(b.name)),
      history: await findPatchHistory(tx, ctx, patch.id),
      may: rightsOf(ctx),
      asOf: ctx.now,
    }
  })
}

function sumDues(lacking: readonly PatchClient[], now: Date): PatchDue {
  const late = lacking.flatMap(({ due, devices, standing }) => {
    const open = due !== null && due.at < now ? devices - countExcepted(standing.tallies) : 0
    return open > 0 ? [open] : []
  })
  return {
    firstAt: earliest(lacking.map(({ due }) => due?.at ?? null)),
    pastDueDevices: late.reduce((sum, devices) => sum + devices, 0),
    pastDueClients: late.length,
  }
}

function undoOf(devices: readonly Target[]): UndoSpread {
  const spread = { ...noUndo }
  for (const device of devices) spread[device.undoClass] += 1
  return spread
}

function tally(devices: readonly Target[]): StateTally[] {
  return [...Map.groupBy(devices, (device) => stateOf(device.decision))].map(([state, same]) => ({
    state,
    devices: same.length,
    clients: 1,
  }))
}

/** The same answers as the verbs give; the buttons show the reasons. */
function rightsOf(ctx: Context): PatchView['may'] {
  const may = (action: Action): Can => (ctx.permissions.has(action) ? yes : no(missingPermission(action)))
  return {
    approve: may('patch:approve'),
    reject: may('patch:reject'),
    defer: may('patch:defer'),
    hold: may('hold:set'),
    askException: may('exception:ask'),
    askConsent: may('consent:ask'),
    decideForAll: wholeCan(ctx.clients === 'all', wholeOnly.decide),
  }
}
