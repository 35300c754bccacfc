import { and, desc, eq, gte, isNotNull, sql } from 'drizzle-orm'
import { formatCount, plural } from '../../components/format.ts'
import { holds, patches } from '../../db/schema/patches.ts'
import { auditRecords } from '../../db/schema/records.ts'
import { planItems, ringPatches } from '../../db/schema/rollouts.ts'
import { read, type Tx } from '../access.ts'
import type { Context } from '../context.ts'
import { patchName } from '../patches/queries.ts'
import { listRingSummaries, type RingSummary } from './queries.ts'
import { getRolloutRow, type RolloutRow } from './rollout-rows.ts'

export interface TimelineEntry {
  key: string
  at: Date
  mark:
    | 'event'
    | 'installed'
    | 'installing'
    | 'failed'
    | 'rolled-back'
    | 'held'
    | 'asking'
    | 'soaking'
    | 'second-person'
  sentence: string
  detail: string
}

const longest = 100

/** What happened to a rollout, newest first: people's decisions, openings, soaks, verdicts, holds, rollbacks, failures. */
export function getRolloutTimeline(ctx: Context, input: { rolloutId: string }): Promise<TimelineEntry[]> {
  return read(ctx, 'rollout:read', async (tx) => {
    const rollout = await getRolloutRow(tx, input.rolloutId)
    const rings = await listRingSummaries(tx, new Map([[rollout.id, rollout.state]]))
    const entries = [
      ...(await listDecisions(tx, rollout)),
      ...rings.flatMap(ringEntries),
      ...(await listVerdicts(tx, rollout, rings)),
      ...(await listHolds(tx, rollout)),
      ...(await listOutcomes(tx, rollout)),
    ]
    // Of one moment the effect stands above its cause: the order in which they were collected.
    return entries
      .map((entry, index) => ({ entry, index }))
      .sort((a, b) => b.entry.at.getTime() - a.entry.at.getTime() || b.index - a.index)
      .slice(0, longest)
      .map(({ entry }) => entry)
  })
}

const decisionWords: Record<string, { words: string; mark: TimelineEntry['mark'] }> = {
  'rollout:start': { words: 'Started', mark: 'event' },
  'rollout:pause': { words: 'Paused', mark: 'second-person' },
  'rollout:resume': { words: 'Resumed', mark: 'second-person' },
  'rollout:promote': { words: 'Soak skipped', mark: 'second-person' },
  'rollout:abort': { words: 'Aborted', mark: 'held' },
  'rollout:roll-back': { words: 'Roll back ordered', mark: 'rolled-back' },
  'rollout:confirm-gate': { words: 'Gate answered', mark: 'second-person' },
  'rollout:run': { words: 'Finished', mark: 'event' },
}

async function listDecisions(tx: Tx, rollout: RolloutRow): Promise<TimelineEntry[]> {
  const rows = await tx
    .select()
    .from(auditRecords)
    .where(
      and(
        eq(auditRecords.mspId, rollout.mspId),
        gte(auditRecords.at, rollout.startedAt),
        eq(auditRecords.subjectKind, 'rollout'),
        eq(auditRecords.subjectId, rollout.id),
      ),
    )
    .orderBy(desc(auditRecords.at), desc(auditRecords.id))
    .limit(longest)
  return rows.reverse().flatMap((row): TimelineEntry[] => {
    const known = decisionWords[row.action]
    // A failed gate speaks through its verdict and its hold.
    if (!known || (row.action === 'rollout:run' && row.changes.state !== 'finished')) return []
    const who = row.actorKind === 'person' ? ` by ${row.actorName}` : ''
    return [
      {
        key: `audit ${row.id}`,
        at: row.at,
        mark: known.mark,
        sentence: `${known.words}${whatOf(row.changes)}${who}`,
        detail: row.action === 'rollout:start' ? startDetail(row.changes) : row.reason,
      },
    ]
  })
}

/** The thing a person decided about: a ring, patches, an answer. */
function whatOf(changes: Record<string, unknown>): string {
  if (typeof changes.ring === 'string') return `, ring ${changes.ring}`
  if (typeof changes.patch === 'string')
    return `: ${changes.answer === 'go-on' ? 'go on' : 'stop'} with ${changes.patch}`
  if (Array.isArray(changes.patches)) return `: ${changes.patches.join(', ')}`
  return ''
}

function startDetail({ devices, patches: count, policyVersion }: Record<string, unknown>): string {
  if (typeof devices !== 'number' || typeof count !== 'number') return ''
  return `${plural(count, 'patch', 'patches')} on ${plural(devices, 'device', 'devices')}, policy version ${policyVersion}.`
}

function ringEntries(ring: RingSummary): TimelineEntry[] {
  const { openedAt, soakStartedAt, name, position } = ring
  const gates = Object.values(ring.gates).reduce((total, count) => total + count, 0)
  return [
    ...(openedAt
      ? [
          {
            key: `opened ${position}`,
            at: openedAt,
            mark: 'installing' as const,
            sentence: `${name} opened`,
            detail: `${plural(ring.deviceCount, 'device', 'devices')}, ${plural(gates, 'patch', 'patches')}.`,
          },
        ]
      : []),
    ...(soakStartedAt
      ? [
          {
            key: `soak ${position}`,
            at: soakStartedAt,
            mark: 'soaking' as const,
            sentence: `Soak of ${name} counts from here`,
            detail: 'The minimum is proved; late devices join and count.',
          },
        ]
      : []),
  ]
}

const verdictWords: Record<string, { words: string; mark: TimelineEntry['mark'] }> = {
  pass: { words: 'passed the gate of', mark: 'installed' },
  fail: { words: 'failed the gate of', mark: 'failed' },
  asking: { words: 'waits for a person at the gate of', mark: 'asking' },
}

/** Verdicts of one moment, ring and kind are one line. */
async function listVerdicts(tx: Tx, rollout: RolloutRow, rings: readonly RingSummary[]): Promise<TimelineEntry[]> {
  const rows = await tx
    .select({ gate: ringPatches, patch: { name: patches.name, version: patches.version } })
    .from(ringPatches)
    .innerJoin(patches, and(eq(patches.mspId, ringPatches.mspId), eq(patches.id, ringPatches.patchId)))
    .where(and(eq(ringPatches.rolloutId, rollout.id), isNotNull(ringPatches.verdictAt)))
  const lines = Map.groupBy(
    rows.filter(({ gate }) => gate.verdict in verdictWords),
    ({ gate }) => `${gate.position} ${gate.verdict} ${gate.verdictAt?.getTime()}`,
  )
  return [...lines].flatMap(([key, together]) => {
    const [first] = together
    const known = first && verdictWords[first.gate.verdict]
    if (!known || !first.gate.verdictAt) return []
    const ring = rings.find((one) => one.position === first.gate.position)
    const names = together.map(({ patch }) => patchName(patch))
    const subject = names.length === 1 ? `${names[0]}` : plural(names.length, 'patch', 'patches')
    const words = names.length > 1 ? known.words.replace('waits', 'wait') : known.words
    return [
      {
        key: `verdict ${key}`,
        at: first.gate.verdictAt,
        mark: known.mark,
        sentence: `${subject} ${words} ${ring?.name ?? 'a ring'}`,
        detail: names.length === 1 ? sentence(first.gate.verdictReason) : sentence(names.join(', ')),
      },
    ]
  })
}

async function listHolds(tx: Tx, rollout: RolloutRow): Promise<TimelineEntry[]> {
  const rows = await tx
    .select({ hold: holds, patch: { name: patches.name, version: patches.version } })
    .from(holds)
    .innerJoin(patches, and(eq(patches.mspId, holds.mspId), eq(patches.id, holds.patchId)))
    .where(eq(holds.rolloutId, rollout.id))
    .orderBy(desc(holds.setAt))
    .limit(longest)
  return rows.reverse().flatMap(({ hold, patch }): TimelineEntry[] => [
    {
      key: `hold ${hold.id}`,
      at: hold.setAt,
      mark: 'held',
      sentence: `${patchName(patch)} held for ${hold.clientId === null ? 'all clients' : 'this client'}`,
      detail: sentence(hold.source === 'person' ? `By ${hold.setBy}: ${hold.reason}` : hold.reason),
    },
    ...(hold.liftedAt
      ? [
          {
            key: `lifted ${hold.id}`,
            at: hold.liftedAt,
            mark: 'second-person' as const,
            sentence: `Hold on ${patchName(patch)} lifted by ${hold.liftedBy}`,
            detail: sentence(hold.liftReason ?? ''),
          },
        ]
      : []),
  ])
}

/** Failures and rollbacks, one line for each patch and ring with its newest report. */
async function listOutcomes(tx: Tx, rollout: RolloutRow): Promise<TimelineEntry[]> {
  const rows = await tx
    .select({
      position: planItems.position,
      patchId: planItems.patchId,
      name: planItems.packageName,
      version: planItems.toVersion,
      from: sql<string | null>`min(${planItems.fromVersion})`,
      failed: sql<number>`(count(*) filter (where ${planItems.isFailureCounted}))::int`,
      back: sql<number>`(count(*) filter (where ${planItems.state} = 'rolled-back'))::int`,
      impossible: sql<number>`(count(*) filter (where ${planItems.state} = 'rollback-failed'))::int`,
      reason: sql<
        string | null
      >`min(${planItems.reason}) filter (where ${planItems.isFailureCounted} and ${planItems.reason} <> '')`,
      at: sql`max(${planItems.stateAt})`.mapWith(planItems.stateAt),
    })
    .from(planItems)
    .where(
      and(
        eq(planItems.rolloutId, rollout.id),
        sql`(${planItems.isFailureCounted} or ${planItems.state} in ('rolled-back', 'rollback-failed'))`,
      ),
    )
    .groupBy(planItems.position, planItems.patchId, planItems.packageName, planItems.toVersion)
  return rows.flatMap((row) => {
    const patch = `${row.name} ${row.version}`
    const key = `${row.position} ${row.patchId}`
    const entry = (kind: TimelineEntry['mark'], words: string, detail: string): TimelineEntry => ({
      key: `${kind} ${key}`,
      at: row.at,
      mark: kind,
      sentence: `${patch} ${words}`,
      detail,
    })
    return [
      ...(row.failed > 0
        ? [entry('failed', `failed on ${plural(row.failed, 'device', 'devices')}`, sentence(row.reason ?? ''))]
        : []),
      ...(row.back > 0
        ? [
            entry(
              'rolled-back',
              `rolled back on ${plural(row.back, 'device', 'devices')}`,
              `Proved by re-scan${row.from ? `: ${row.from} read back` : ''}.${row.impossible > 0 ? ` ${formatCount(row.impossible)} cannot be taken back.` : ''}`,
            ),
          ]
        : []),
    ]
  })
}

/** Ends with one full stop; nothing stays nothing. */
function sentence(text: string): string {
  const plain = text.trim().replace(/[.!?]+$/, '')
  return plain === '' ? '' : `${plain}.`
}
