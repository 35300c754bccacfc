import { and, asc, eq, inArray, isNull, or } from 'drizzle-orm'
import { holds, patches } from '../../db/schema/patches.ts'
import { ringPatches } from '../../db/schema/rollouts.ts'
import { read, type Tx } from '../access.ts'
import { type Can, no } from '../can.ts'
import { getClientRow } from '../clients/queries.ts'
import type { Context } from '../context.ts'
import { findDues } from '../due-dates/queries.ts'
import { findStop } from '../msps/changes-row.ts'
import { type Action, missingPermission } from '../permissions.ts'
import type { Policy } from '../policies/schema.ts'
import { type DeviceCounts, type EvidenceRow, findEvidence, findUnderWay, type UnderWay } from './find-evidence.ts'
import { forecastRings, type RingForecast } from './forecast-rings.ts'
import { frozenPolicy } from './frozen-policy.ts'
import { type LeadPart, leadSentence } from './lead-sentence.ts'
import { listRingSummaries, type RingSummary } from './queries.ts'
import { findRolloutFacts, getRolloutRow, type RolloutRow } from './rollout-rows.ts'
import { isAsking, type RolloutFacts, rolloutCan, type Verdict } from './rules.ts'
import { type StateWords, stateSentence } from './state-sentence.ts'

export type RingView = RingSummary & {
  forecast: RingForecast
  rule: { members: Policy['rings'][number]['members']; soakMs: number; deferralMs: number; zone: string | null } | null
}

export type Evidence = Record<
  'succeeded' | 'pending-reboot' | 'rolled-back' | 'failed' | 'silent' | 'to-report',
  number
>

export interface GateView {
  position: number
  due: number
  proved: number
  failed: number
  provedNeeded: number
  failureLimit: number
  verdict: 'waiting' | 'skipped' | Verdict
  reason: string
  verdictAt: Date | null
  soakEndsAt: Date | null
  isConfirmed: boolean
  /** It waits for an answer that nobody has given yet. */
  isAsking: boolean
  evidence: Evidence
  /** Devices that are no longer in the plan here: they keep what they had. */
  left: number
}
export interface PatchView {
  id: string
  name: string
  version: string
  classification: string
  severity: string
  fromVersions: string[]
  dueAt: Date | null
  undo: { kept: number; fetchable: number; snapshot: number; none: number }
  gates: GateView[]
  isStopped: boolean
  hold: { id: string; scope: 'client' | 'msp'; source: 'gate' | 'breaker' | 'person'; reason: string } | null
  /** Set when it is taken back: how many of those that had it are back. */
  takenBack: { done: number; of: number; impossible: number; silent: number } | null
  installed: number
}
export interface RolloutView {
  id: string
  number: number
  title: string
  state: RolloutRow['state']
  client: { id: string; name: string; timeZone: string }
  policyVersion: string
  isLab: boolean
  startedAt: Date
  startedBy: string
  finishedAt: Date | null
  stop: (UnderWay & { at: Date; by: string; reason: string }) | null
  words: StateWords
  lead: LeadPart[]
  can: Record<'pause' | 'resume' | 'abort' | 'promote' | 'rollBack' | 'confirmGate' | 'goOn', Can>
  rings: RingView[]
  patches: PatchView[]
  counts: DeviceCounts
  /** Position of the ring at work, or of the last one that was. */
  currentPosition: number
  hasWorkingHours: boolean
  gateRule: { provedShare: number; smallRingBelow: number }
  /** Days of the week without working hours, 0 is Sunday. */
  restDays: number[]
  asOf: Date
}

/** One rollout as its page shows it: state, rings in time, evidence behind each gate, what may be done and why not. */
export function getRollout(ctx: Context, input: { rolloutId: string }): Promise<RolloutView> {
  return read(ctx, 'rollout:read', async (tx) => {
    const rollout = await getRolloutRow(tx, input.rolloutId)
    const client = await getClientRow(tx, rollout.clientId)
    const policy = frozenPolicy(rollout)
    const rings = await listRingSummaries(tx, new Map([[rollout.id, rollout.state]]))
    const standing = rollout.isStopped ? (rollout.stoppedAt ?? ctx.now) : ctx.now
    const forecast = forecastRings(rings, policy, client.timeZone, standing)
    const evidence = await findEvidence(tx, rollout)
    const views = await listPatchViews(tx, rollout, evidence.rows)
    const facts = await findRolloutFacts(tx, rollout)
    const allStopped = await findStop(tx)
    const underWay = rollout.isStopped ? await findUnderWay(tx, rollout, ctx.now) : null
    const { id, number, title, state, policyVersion, startedAt, startedBy, finishedAt } = rollout
    const times = { zone: client.timeZone, now: ctx.now }
    return {
      ...{ id, number, title, state, policyVersion, startedAt, startedBy, finishedAt },
      client: { id: client.id, name: client.name, timeZone: client.timeZone },
      isLab: policy.isLab,
      stop: underWay && {
        ...underWay,
        at: standing,
        by: rollout.stoppedBy ?? 'Patchward',
        reason: rollout.stopReason ?? '',
      },
      words: stateSentence({ ...rollout, rings, takenBack: views.filter((one) => one.takenBack).length, ...times }),
      lead: leadSentence({ ...leadFacts(rollout, rings, forecast, views), allStopped, ...times }),
      can: whatOneCan(ctx, facts, isProductionNext(rings)),
      rings: rings.map((ring, index) => ({
        ...ring,
        forecast: forecast[index] ?? emptyForecast,
        rule: ruleOf(policy, ring),
      })),
      patches: views,
      counts: evidence.counts,
      currentPosition: currentRing(rings),
      hasWorkingHours: policy.workingHours !== null,
      gateRule: { provedShare: policy.gate.provedShare, smallRingBelow: policy.gate.smallRingBelow },
      restDays: restDays(policy),
      asOf: ctx.now,
    }
  })
}

const emptyForecast: RingForecast = {
  opensAt: null,
  windows: [],
  soak: null,
  soakBlocks: [],
  gateAt: null,
  isGateOpenEnded: false,
}

function ruleOf(policy: Policy, ring: RingSummary): RingView['rule'] {
  const rule = policy.rings[ring.position]
  if (!rule) return null
  const zone = rule.window.kind === 'weekly' ? rule.window.zone : null
  return { members: rule.members, soakMs: rule.soakMs, deferralMs: rule.deferralMs, zone }
}

/** The ring at work; else the last that was; else the first that will be. */
export function currentRing(rings: readonly RingSummary[]): number {
  const open = rings.find((ring) => ring.state === 'open')
  const done = rings.findLast((ring) => ring.openedAt !== null)
  return (open ?? done ?? rings.find((ring) => ring.state === 'waiting') ?? rings[0])?.position ?? 0
}

const weekdayNumbers = { SU: 0, MO: 1, TU: 2, WE: 3, TH: 4, FR: 5, SA: 6 } as const

function restDays(policy: Policy): number[] {
  if (!policy.workingHours) return []
  const working = new Set<number>(policy.workingHours.days.map((day) => weekdayNumbers[day]))
  return [0, 1, 2, 3, 4, 5, 6].filter((day) => !working.has(day))
}

/** The ring after the one at work is the last. */
function isProductionNext(rings: readonly RingSummary[]): boolean {
  const position = currentRing(rings)
  return rings.filter((ring) => ring.position > position && ring.state !== 'left-out').length === 1
}

/** The rule's own sentence; a missing right comes first, because nothing else would help. */
function whatOneCan(ctx: Context, facts: RolloutFacts, isProductionNext: boolean): RolloutView['can'] {
  const unless = (action: Action, can: Can): Can => (ctx.permissions.has(action) ? can : no(missingPermission(action)))
  const onwards = (can: Can): Can => (isProductionNext ? unless('rollout:approve-production', can) : can)
  const confirm = rolloutCan.confirm(facts, { isAsking: true })
  return {
    pause: unless('rollout:pause', rolloutCan.pause(facts)),
    resume: unless('rollout:resume', rolloutCan.resume(facts)),
    abort: unless('rollout:abort', rolloutCan.abort(facts)),
    promote: unless('rollout:promote', onwards(rolloutCan.promote(facts))),
    rollBack: unless('rollout:roll-back', rolloutCan.rollBack(facts)),
    // The question is shown at gates that ask, nowhere else.
    goOn: unless('rollout:confirm-gate', onwards(confirm)),
    confirmGate: unless('rollout:confirm-gate', confirm),
  }
}

async function listPatchViews(tx: Tx, rollout: RolloutRow, evidence: EvidenceRow[]): Promise<PatchView[]> {
  const rows = await tx
    .select({ gate: ringPatches, patch: patches })
    .from(ringPatches)
    .innerJoin(patches, and(eq(patches.mspId, ringPatches.mspId), eq(patches.id, ringPatches.patchId)))
    .where(eq(ringPatches.rolloutId, rollout.id))
    .orderBy(asc(patches.name), asc(patches.version), asc(patches.id), asc(ringPatches.position))
  const standing = await tx
    .select({
      id: holds.id,
      patchId: holds.patchId,
      clientId: holds.clientId,
      source: holds.source,
      reason: holds.reason,
    })
    .from(holds)
    .where(
      and(
        inArray(holds.patchId, [...new Set(rows.map((row) => row.patch.id))]),
        isNull(holds.liftedAt),
        or(isNull(holds.clientId), eq(holds.clientId, rollout.clientId)),
      ),
    )
  const held = new Map(standing.map((hold) => [hold.patchId, hold]))
  const dues = await findDues(
    tx,
    rollout.clientId,
    rows.map((row) => row.patch.id),
  )
  const groups = Map.groupBy(evidence, (row) => row.patch_id)
  return [...Map.groupBy(rows, (row) => row.patch.id).values()].flatMap((gates) => {
    const [first] = gates
    if (!first) return []
    const { patch } = first
    const found = groups.get(patch.id) ?? []
    const hold = held.get(patch.id)
    const { id, name, version, classification, severity } = patch
    return [
      {
        ...{ id, name, version, classification, severity },
        fromVersions: [
          ...new Set(found.flatMap((row) => (row.from_version === null ? [] : [row.from_version]))),
        ].sort(),
        dueAt: dues.get(patch.id)?.at ?? null,
        undo: undoSpread(found),
        gates: gates.map(({ gate }) => toGateView(gate, found)),
        isStopped: gates.some(({ gate }) => gate.isStopped),
        hold: hold
          ? { id: hold.id, scope: hold.clientId === null ? 'msp' : 'client', source: hold.source, reason: hold.reason }
          : null,
        takenBack: gates.some(({ gate }) => gate.rollBackAt !== null) ? takenBackOf(found) : null,
        installed: sum(
          found,
          (row) => row.kind === 'succeeded' || row.kind === 'pending-reboot' || row.is_rolling_back,
        ),
      } satisfies PatchView,
    ]
  })
}

const sum = (rows: readonly EvidenceRow[], isWanted: (row: EvidenceRow) => boolean) =>
  rows.reduce((total, row) => total + (isWanted(row) ? row.count : 0), 0)

function undoSpread(rows: readonly EvidenceRow[]): PatchView['undo'] {
  const of = (undoClass: EvidenceRow['undo_class']) => sum(rows, (row) => row.undo_class === undoClass)
  return { kept: of('kept'), fetchable: of('fetchable'), snapshot: of('snapshot'), none: of('none') }
}

/** Of the devices that got it: those that are back, and those that cannot be. A device that undid its own failure is back too. */
function takenBackOf(rows: readonly EvidenceRow[]): NonNullable<PatchView['takenBack']> {
  const impossible = sum(rows, (row) => row.is_impossible)
  const waiting = sum(rows, (row) => row.is_rolling_back || row.kind === 'succeeded' || row.kind === 'pending-reboot')
  const done = sum(rows, (row) => row.is_back)
  const silent = sum(rows, (row) => row.is_rolling_back && row.kind === 'silent')
  return { done, of: done + waiting + impossible, impossible, silent }
}

function toGateView(gate: typeof ringPatches.$inferSelect, rows: readonly EvidenceRow[]): GateView {
  const here = rows.filter((row) => row.position === gate.position)
  const of = (kind: EvidenceRow['kind']) => sum(here, (row) => row.kind === kind)
  const { position, due, proved, failed, provedNeeded, failureLimit, verdict, verdictAt, soakEndsAt, isConfirmed } =
    gate
  return {
    ...{ position, due, proved, failed, provedNeeded, failureLimit, verdict, verdictAt, soakEndsAt, isConfirmed },
    reason: gate.verdictReason,
    isAsking: isAsking(gate),
    left: of('left'),
    evidence: {
      succeeded: of('succeeded'),
      'pending-reboot': of('pending-reboot'),
      'rolled-back': of('rolled-back'),
      failed: of('failed'),
      silent: of('silent'),
      'to-report': of('to-report'),
    },
  }
}

type PlainLeadFacts = Omit<Parameters<typeof leadSentence>[0], 'allStopped' | 'zone' | 'now'>

function leadFacts(
  rollout: RolloutRow,
  rings: readonly RingSummary[],
  forecast: readonly RingForecast[],
  views: readonly PatchView[],
): PlainLeadFacts {
  const nameOf = (position: number) => rings.find((ring) => ring.position === position)?.name ?? 'a ring'
  const lacking = (position: number) =>
    Math.max(
      0,
      ...views.flatMap((view) =>
        view.gates
          .filter((gate) => gate.position === position && gate.verdict === 'collecting')
          .map((gate) => gate.provedNeeded - gate.proved),
      ),
    )
  return {
    state: rollout.state,
    stop: rollout.isStopped ? { by: rollout.stoppedBy ?? 'Patchward', reason: rollout.stopReason ?? '' } : null,
    deviceCount: rings.reduce((total, ring) => total + ring.deviceCount, 0),
    rings: rings.map((ring, index) => ({
      ...{ name: ring.name, phase: ring.phase, proved: ring.proved, due: ring.due, askingSince: ring.askingSince },
      moreNeeded: lacking(ring.position),
      opensAt: forecast[index]?.opensAt ?? null,
      gateAt: forecast[index]?.gateAt ?? null,
    })),
    patches: views.map((view) => {
      const failed = view.gates.find((gate) => gate.verdict === 'fail' && gate.failed > gate.failureLimit)
      const asking = view.gates.find((gate) => gate.isAsking)
      const due = view.gates.filter((gate) => gate.due > 0)
      return {
        name: `${view.name} ${view.version}`,
        failedIn: failed ? nameOf(failed.position) : null,
        takenBack: view.takenBack,
        isHeld: view.isStopped || view.hold !== null,
        askingIn: asking ? { ring: nameOf(asking.position), reason: asking.reason } : null,
        passedAll: due.every((gate) => gate.verdict === 'pass'),
      }
    }),
  }
}
