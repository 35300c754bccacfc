import type { Tx } from '../access.ts'
import { findStanding, type Standing } from '../approvals/find-standing.ts'
import { ageStart, decide } from '../approvals/rules.ts'
import type { Context } from '../context.ts'
import { findLacking, findLackingClients, type LackedPatch } from '../patches/find-lacking.ts'
import { stateOf } from '../patches/rules.ts'
import type { Policies } from '../policies/find-policies.ts'
import type { Need } from './rules.ts'

const dayMs = 24 * 3_600_000

/** The patches that want a person's approval, as one thing: how many, at how many clients, and when the first is due. */
export async function findApprovalNeed(tx: Tx, ctx: Context, policies: Policies): Promise<Need[]> {
  const { now } = ctx
  const standing = await findStanding(tx, { now })
  const lacking = await findLacking(tx, { ctx, standing, policies })
  const wanting = lacking.filter((patch) => patch.standing.wantsPerson)
  const [first] = wanting
  if (!first) return []
  const clients = await findWantingClients(tx, ctx, wanting, standing, policies)
  const ages = wanting.map((patch) => ageStart(patch).getTime())
  const dues = wanting.flatMap((patch) => patch.due.firstAt?.getTime() ?? [])
  const firstDueAt = dues.length > 0 ? new Date(Math.min(...dues)) : null
  return [
    {
      kind: 'approvals',
      key: 'approvals',
      isToday: firstDueAt !== null && firstDueAt.getTime() < now.getTime() + dayMs,
      patches: wanting.length,
      clients: clients.size,
      patch: wanting.length === 1 ? { id: first.id, name: `${first.name} ${first.version}` } : null,
      cannotBeUndone: wanting.filter((patch) => patch.undo.none > 0).length,
      oldestAt: new Date(Math.min(...ages)),
      firstDueAt,
    },
  ]
}

/** The clients at which one of these patches is pending: the decision is made once for each patch, client and undo class. */
async function findWantingClients(
  tx: Tx,
  ctx: Context,
  wanting: readonly LackedPatch[],
  standing: Standing,
  policies: Policies,
): Promise<Set<string>> {
  const rows = await findLackingClients(
    tx,
    ctx,
    wanting.map((patch) => patch.id),
  )
  const patchOf = new Map(wanting.map((patch) => [patch.id, patch]))
  const clients = new Set<string>()
  for (const row of rows) {
    const patch = patchOf.get(row.patchId)
    if (!patch || clients.has(row.clientId)) continue
    const decision = decide({
      patch: { ...patch, ...row.said },
      undoClass: row.isUndoable ? 'kept' : 'none',
      ...standing.about(row.patchId, row.clientId),
      rules: policies.of(row.clientId).approvalRules,
      now: ctx.now,
    })
    if (stateOf(decision) === 'pending') clients.add(row.clientId)
  }
  return clients
}
