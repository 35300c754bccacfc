import type { Tx } from '../access.ts'
import type { FleetClient } from '../clients/list-client-risks.ts'
import type { Context } from '../context.ts'
import { findStop } from '../msps/changes-row.ts'
import type { Policies } from '../policies/find-policies.ts'
import { findApprovalNeed } from './find-approval-need.ts'
import { findExceptionNeeds, findFeedbackNeeds } from './find-exception-needs.ts'
import { findFleetNeeds } from './find-fleet-needs.ts'
import { findHoldNeeds } from './find-hold-needs.ts'
import { findMeterNeeds } from './find-meter-needs.ts'
import { findGateNeeds, findMissedWindows, findRetryNeeds, findRollbackNeeds } from './find-rollout-needs.ts'
import { findSecondPersonNeeds } from './find-second-person-needs.ts'
import { findSigningNeed } from './find-signing-need.ts'
import { findSigns } from './find-signs.ts'
import { type Need, orderNeeds } from './rules.ts'

/** What needs this person now, most urgent first: the rows of the overview, and the number beside its name in the sidebar. */
export async function findNeeds(
  tx: Tx,
  ctx: Context,
  { policies, fleet }: { policies: Policies; fleet: readonly FleetClient[] },
): Promise<Need[]> {
  const signs = await findSigns(tx, ctx.now)
  return orderNeeds([
    ...(signs.isStopped ? await findStopNeed(tx, ctx) : []),
    ...(await findSigningNeed(tx, ctx.now)),
    ...(await findMeterNeeds(tx, ctx)),
    ...(signs.hasProposal ? await findSecondPersonNeeds(tx, ctx) : []),
    ...(signs.hasHold ? await findHoldNeeds(tx, ctx) : []),
    ...(signs.hasAskingGate ? await findGateNeeds(tx, ctx.now) : []),
    ...(signs.hasRollback ? await findRollbackNeeds(tx) : []),
    ...(signs.hasException ? await findExceptionNeeds(tx, ctx.now) : []),
    ...(signs.hasFeedback ? await findFeedbackNeeds(tx) : []),
    ...(await findApprovalNeed(tx, ctx, policies)),
    ...(signs.hasShutWindow ? await findMissedWindows(tx, ctx.now) : []),
    ...(signs.hasFailedGate ? await findRetryNeeds(tx) : []),
    ...findFleetNeeds(ctx, fleet),
  ])
}

/** Somebody has to let changes go on again. Where to do it is not for everybody to read; the banner of the page is. */
async function findStopNeed(tx: Tx, ctx: Context): Promise<Need[]> {
  const stop = await findStop(tx)
  if (!stop || !ctx.permissions.has('member:read')) return []
  return [{ kind: 'changes-stopped', key: 'changes-stopped', isToday: true, ...stop }]
}
