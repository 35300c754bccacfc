import { and, asc, inArray, isNull } from 'drizzle-orm'
import { decisions, holds } from '../../db/schema/patches.ts'
import type { Tx } from '../access.ts'
import type { DecisionFact, HoldFact } from './rules.ts'

type HoldRow = typeof holds.$inferSelect
type DecisionRow = typeof decisions.$inferSelect
export type StandingDecision = DecisionFact & { deviceId: string | null }

/** Every standing hold and decision the caller may see, ready to be asked for a patch at a client. */
export interface Standing {
  /** Clients and devices that something of their own stands for: all others are ruled by what the MSP decided. */
  clientIds: ReadonlySet<string>
  deviceIds: ReadonlySet<string>
  /** What reaches a client, or (null) what the MSP as a whole decided. */
  holds(patchId: string, clientId: string | null): HoldFact[]
  decisions(patchId: string, clientId: string | null): StandingDecision[]
}

/** Set-based: two reads, however many clients. `all` = every patch of the MSP. For one client's planning: rollouts/find-candidates.ts. */
export async function findStandingAcross(tx: Tx, patchIds: readonly string[] | 'all'): Promise<Standing> {
  const of = (column: typeof holds.patchId | typeof decisions.patchId) =>
    patchIds === 'all' ? undefined : inArray(column, [...patchIds])
  const holdRows = await tx
    .select()
    .from(holds)
    .where(and(isNull(holds.liftedAt), of(holds.patchId)))
    .orderBy(asc(holds.setAt))
  const decisionRows = await tx
    .select()
    .from(decisions)
    .where(and(isNull(decisions.withdrawnAt), of(decisions.patchId)))
    .orderBy(asc(decisions.decidedAt))
  const holdsByPatch = Map.groupBy(holdRows, (row) => row.patchId)
  const decisionsByPatch = Map.groupBy(decisionRows, (row) => row.patchId)
  const reaches = (clientId: string | null) => (row: { clientId: string | null }) =>
    row.clientId === null || row.clientId === clientId
  return {
    clientIds: new Set([...holdRows, ...decisionRows].flatMap((row) => (row.clientId === null ? [] : [row.clientId]))),
    deviceIds: new Set(decisionRows.flatMap((row) => (row.deviceId === null ? [] : [row.deviceId]))),
    holds: (patchId, clientId) => (holdsByPatch.get(patchId) ?? []).filter(reaches(clientId)).map(holdFact),
    decisions: (patchId, clientId) => (decisionsByPatch.get(patchId) ?? []).filter(reaches(clientId)).map(decisionFact),
  }
}

/** A standing hold as the rules see it. */
export function holdFact(row: HoldRow): HoldFact {
  return {
    scope: row.clientId === null ? 'msp' : 'client',
    source: row.source,
    setBy: row.setBy,
    setAt: row.setAt,
    reason: row.reason,
  }
}

/** A standing decision as the rules see it. */
export function decisionFact(row: DecisionRow): StandingDecision {
  return {
    scope: row.deviceId !== null ? 'device' : row.clientId === null ? 'msp' : 'client',
    kind: row.kind,
    by: row.decidedBy,
    at: row.decidedAt,
    until: row.deferUntil,
    reason: row.reason,
    deviceId: row.deviceId,
  }
}
