import { type SQL, sql } from 'drizzle-orm'
import { read, type Tx } from '../access.ts'
import { findStanding } from '../approvals/find-standing.ts'
import { ageStart } from '../approvals/rules.ts'
import type { Context } from '../context.ts'
import { findPolicies } from '../policies/find-policies.ts'
import { findLacking, inReach, type LackedPatch, notRetired } from './find-lacking.ts'
import { noDue, noUndo, standingOf } from './rules.ts'
import type { ListPatches, PatchFilter } from './schema.ts'

const pageSize = 50

export interface PatchPage {
  /** The filter in force: the one asked for, or the default. */
  filter: PatchFilter
  /** Newest first, by the vendor's date or by first sight. */
  rows: LackedPatch[]
  /** How many patches each tab holds, under the same search. */
  counts: Record<Exclude<PatchFilter, 'past'>, number>
  /** Cursors of the pages beside this one; null at the ends. */
  newer: string | null
  older: string | null
  /** Some device the caller may see lacks or lacked something: else the page says how to begin. */
  hasAny: boolean
  asOf: Date
}

const fits: Record<Exclude<PatchFilter, 'past'>, (patch: LackedPatch) => boolean> = {
  wants: (patch) => patch.standing.wantsPerson,
  approved: (patch) => patch.standing.tallies.some((tally) => tally.state === 'approved'),
  held: (patch) => patch.standing.tallies.some((tally) => tally.state === 'held'),
  'past-due': (patch) => patch.due.pastDueDevices > 0,
  rejected: (patch) => patch.standing.tallies.some((tally) => tally.state === 'rejected' || tally.state === 'deferred'),
  all: () => true,
}

/** A page of patches that a device the caller may see lacks (or, filter `past`, lacked), with what is decided about each. */
export function listPatches(ctx: Context, input: ListPatches, pageRows = pageSize): Promise<PatchPage> {
  return read(ctx, 'patch:read', async (tx) => {
    const where = catalogueFilter(input)
    const standing = await findStanding(tx, { now: ctx.now })
    const lacking = await findLacking(tx, { ctx, standing, policies: await findPolicies(tx), where })
    const count = (filter: keyof typeof fits) => lacking.filter(fits[filter]).length
    const counts = {
      wants: count('wants'),
      approved: count('approved'),
      held: count('held'),
      rejected: count('rejected'),
      'past-due': count('past-due'),
      all: lacking.length,
    }
    const filter = input.filter ?? (counts.wants > 0 ? 'wants' : 'all')
    const all = filter === 'past' ? await findPast(tx, ctx, where) : lacking.filter(fits[filter])
    return {
      filter,
      ...cutPage(all, input, pageRows),
      counts,
      hasAny: lacking.length > 0 || (await hasPast(tx, ctx)),
      asOf: ctx.now,
    }
  })
}

function catalogueFilter({ search, classification }: ListPatches): SQL {
  // What a person types is text, not a pattern.
  const pattern = `%${search.replace(/[\\%_]/g, '\\$&')}%`
  return sql`${search ? sql`(p.name || ' ' || p.version) ilike ${pattern}` : sql`true`}
    and ${classification ? sql`p.classification = ${classification}` : sql`true`}`
}

/** Known here, and lacked by nobody the caller may see any more. */
async function findPast(tx: Tx, ctx: Context, where: SQL): Promise<LackedPatch[]> {
  const rows = await tx.execute<{
    id: string
    name: string
    version: string
    classification: string
    severity: string
    released_at: string | null
    first_seen_at: string
  }>(sql`
    select p.id, p.name, p.version, p.classification, p.severity, to_json(p.released_at)#>>'{}' as released_at,
      to_json(p.first_seen_at)#>>'{}' as first_seen_at
    from patches p where ${where} and exists (select from device_patches t where t.patch_id = p.id and ${inReach(ctx)})
      and not exists (select from device_patches t where t.patch_id = p.id and t.resolved_at is null and ${inReach(ctx)}
        ${await notRetired(tx)})`)
  return rows.map(({ released_at, first_seen_at, ...row }) => ({
    ...row,
    releasedAt: released_at === null ? null : new Date(released_at),
    firstSeenAt: new Date(first_seen_at),
    devices: 0,
    clients: 0,
    due: noDue,
    undo: noUndo,
    standing: standingOf([]),
  }))
}

async function hasPast(tx: Tx, ctx: Context): Promise<boolean> {
  const rows = await tx.execute(sql`select 1 from device_patches t where ${inReach(ctx)} limit 1`)
  return rows.length > 0
}

type Key = { ms: number; id: string }
const keyOf = (patch: LackedPatch): Key => ({ ms: ageStart(patch).getTime(), id: patch.id })
const writeCursor = (patch: LackedPatch | undefined) => {
  if (!patch) return null
  const { ms, id } = keyOf(patch)
  return `${ms}_${id}`
}

/** A cursor that is no cursor is the first page: addresses are typed and shortened by people. */
function readCursor(text: string | undefined): Key | null {
  const [, ms, id] = text?.match(/^(\d{1,15})_([0-9a-f-]{36})$/) ?? []
  return ms && id ? { ms: Number(ms), id } : null
}

/** Newer first; equal times by id, so that a page never skips or repeats. */
const compare = (a: Key, b: Key) => b.ms - a.ms || (a.id < b.id ? 1 : a.id > b.id ? -1 : 0)

function cutPage(
  patches: readonly LackedPatch[],
  { after, before }: { after?: string; before?: string },
  pageRows: number,
) {
  const ordered = [...patches].sort((a, b) => compare(keyOf(a), keyOf(b)))
  const afterKey = readCursor(after)
  const beforeKey = readCursor(before)
  let start = 0
  if (afterKey) start = ordered.findIndex((patch) => compare(keyOf(patch), afterKey) > 0)
  else if (beforeKey) {
    const end = ordered.findIndex((patch) => compare(keyOf(patch), beforeKey) >= 0)
    start = Math.max(0, (end < 0 ? ordered.length : end) - pageRows)
  }
  if (start < 0) start = ordered.length
  const rows = ordered.slice(start, start + pageRows)
  return {
    rows,
    newer: start > 0 ? writeCursor(rows[0] ?? ordered.at(-1)) : null,
    older: start + pageRows < ordered.length ? writeCursor(rows.at(-1)) : null,
  }
}
