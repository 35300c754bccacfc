import type { Decision } from '../approvals/rules.ts'

/** What is decided about a patch, pure and free of Zod: the browser adds up the clients that are ticked with the same functions. */

/** `waiting`: an approval rule will say yes at a known time, nobody needs to act. */
export const patchStates = [
  'pending',
  'waiting',
  'approved',
  'deferred',
  'client-asked',
  'rejected',
  'excepted',
  'held',
] as const
export type PatchState = (typeof patchStates)[number]

/** So many devices at so many clients are in this state. */
export interface StateTally {
  state: PatchState
  devices: number
  clients: number
}

/** The decision about one patch across the clients that lack it. */
export interface PatchStanding {
  state: PatchState | 'mixed'
  wantsPerson: boolean
  tallies: StateTally[]
}

export function stateOf(decision: Decision): PatchState {
  switch (decision.rung) {
    case 'hold':
      return 'held'
    case 'exception':
      return 'excepted'
    case 'reject':
      return 'rejected'
    case 'defer':
      return 'deferred'
    case 'consent':
      return 'client-asked'
    case 'approve':
    case 'rule':
      return 'approved'
    case 'pending':
      return decision.waitsForRule ? 'waiting' : 'pending'
  }
}

/** One state when all agree, else `mixed`; it wants a person wherever something is pending without a rule that will decide. */
export function standingOf(tallies: readonly StateTally[]): PatchStanding {
  const present = patchStates.flatMap((state) => {
    const same = tallies.filter((tally) => tally.state === state && tally.devices > 0)
    if (same.length === 0) return []
    const sum = (key: 'devices' | 'clients') => same.reduce((total, tally) => total + tally[key], 0)
    return [{ state, devices: sum('devices'), clients: sum('clients') }]
  })
  return {
    state: present.length === 1 && present[0] ? present[0].state : 'mixed',
    wantsPerson: present.some((tally) => tally.state === 'pending'),
    tallies: present,
  }
}

/** When a patch is due at the clients that lack it: the earliest date, and where it is past. */
export interface PatchDue {
  firstAt: Date | null
  pastDueDevices: number
  pastDueClients: number
}
export const noDue: PatchDue = { firstAt: null, pastDueDevices: 0, pastDueClients: 0 }

/** The earliest of some moments; null where there is none. */
export function earliest(moments: readonly (Date | null)[]): Date | null {
  const known = moments.flatMap((at) => (at ? at.getTime() : []))
  return known.length > 0 ? new Date(Math.min(...known)) : null
}

/** Devices that an exception keeps it off: they are not past due. */
export const countExcepted = (tallies: readonly StateTally[]): number =>
  tallies.reduce((sum, { state, devices }) => sum + (state === 'excepted' ? devices : 0), 0)

/** How the devices could be taken back. */
export type UndoSpread = Record<'kept' | 'fetchable' | 'snapshot' | 'none', number>
export const noUndo: UndoSpread = { kept: 0, fetchable: 0, snapshot: 0, none: 0 }

/** Why a device that lacks the patch would not get it by an approval now. In the order they are told. */
export const leftOutReasons = [
  'held',
  'excepted',
  'rejected',
  'deferred',
  'client-asked',
  'no-test-device',
  'untested',
  'set-waits',
  'failed-before',
  'in-rollout',
] as const
export type LeftOutReason = (typeof leftOutReasons)[number]

export interface DryRunRing {
  name: string
  devices: number
  /** Earliest and latest opening among the clients; null where a person starts the rollout by hand. */
  opensAt: Date | null
  opensAtLatest: Date | null
  soakMs: number
  /** Soak counts working hours only. */
  isWorkingTime: boolean
  /** Clients where it is a small test ring, whose gate asks a person. */
  asksPersonAt: number
}

/** What an approval now would bring: nothing is sent, nothing is written. */
export interface DryRun {
  devices: number
  clients: number
  rings: DryRunRing[]
  undo: UndoSpread
  /** Some host names that could not be taken back. */
  notUndoable: string[]
  leftOut: Partial<Record<LeftOutReason, number>>
  /** Devices whose ring opens after the due date. */
  late: number
  /** Clients whose rollouts a person starts. */
  startsByHand: number
}

export const emptyDryRun: DryRun = {
  devices: 0,
  clients: 0,
  rings: [],
  undo: noUndo,
  notUndoable: [],
  leftOut: {},
  late: 0,
  startsByHand: 0,
}

/** Adds the dry runs of several clients; rings with the same name are one row, in the order they come. */
export function sumDryRuns(runs: readonly DryRun[]): DryRun {
  return runs.reduce(
    (sum, run) => ({
      devices: sum.devices + run.devices,
      clients: sum.clients + run.clients,
      rings: addRings(sum.rings, run.rings),
      undo: {
        kept: sum.undo.kept + run.undo.kept,
        fetchable: sum.undo.fetchable + run.undo.fetchable,
        snapshot: sum.undo.snapshot + run.undo.snapshot,
        none: sum.undo.none + run.undo.none,
      },
      notUndoable: [...sum.notUndoable, ...run.notUndoable],
      leftOut: Object.fromEntries(
        leftOutReasons.flatMap((reason) => {
          const count = (sum.leftOut[reason] ?? 0) + (run.leftOut[reason] ?? 0)
          return count > 0 ? [[reason, count]] : []
        }),
      ),
      late: sum.late + run.late,
      startsByHand: sum.startsByHand + run.startsByHand,
    }),
    emptyDryRun,
  )
}

function addRings(all: readonly DryRunRing[], more: readonly DryRunRing[]): DryRunRing[] {
  const sum = all.map((ring) => ({ ...ring }))
  let place = 0
  for (const ring of more) {
    const found = sum.findIndex((one) => one.name === ring.name)
    const same = sum[found]
    if (!same) {
      sum.splice(place, 0, { ...ring })
      place += 1
      continue
    }
    same.devices += ring.devices
    same.soakMs = Math.max(same.soakMs, ring.soakMs)
    same.isWorkingTime ||= ring.isWorkingTime
    same.asksPersonAt += ring.asksPersonAt
    same.opensAt = pick(same.opensAt, ring.opensAt, Math.min)
    same.opensAtLatest = pick(same.opensAtLatest, ring.opensAtLatest, Math.max)
    place = found + 1
  }
  return sum
}

/** By hand has no time: it takes none away from the clients that have one. */
function pick(one: Date | null, other: Date | null, choose: (a: number, b: number) => number): Date | null {
  if (!one || !other) return one ?? other
  return new Date(choose(one.getTime(), other.getTime()))
}
