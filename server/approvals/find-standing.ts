import { and, asc, eq, inArray, isNull, or } from 'drizzle-orm'
import { decisions, holds } from '../../db/schema/patches.ts'
import type { Tx } from '../access.ts'
import { findInForce } from '../exceptions/in-force.ts'
import type { DecisionFact, ExceptionFact, HoldFact } from './rules.ts'

type HoldRow = typeof holds.$inferSelect
type DecisionRow = typeof decisions.$inferSelect

/** Every standing hold, exception and decision the caller may see, ready to be asked for a patch at a client. */
export interface Standing {
  /** Clients and devices that something of their own stands for: all others are ruled by what the MSP decided. */
  clientIds: ReadonlySet<string>
  deviceIds: ReadonlySet<string>
  /** What stands about a patch on a device; without a device for its client, without a client for the MSP as a whole. */
  about(patchId: string, clientId: string | null, deviceId?: string | null): StandingFacts
}
export interface StandingFacts {
  holds: HoldFact[]
  exceptions: ExceptionFact[]
  decisions: DecisionFact[]
}

/** Set-based: three reads, however many clients. Of the patches named, or of all; what reaches one client, or all that one may see. */
export async function findStanding(
  tx: Tx,
  { patchIds, clientId, now }: { patchIds?: readonly string[]; clientId?: string; now: Date },
): Promise<Standing> {
  const of = (table: typeof holds | typeof decisions) =>
    and(
      patchIds && inArray(table.patchId, [...patchIds]),
      clientId === undefined ? undefined : or(isNull(table.clientId), eq(table.clientId, clientId)),
    )
  const holdRows = await tx
    .select()
    .from(holds)
    .where(and(isNull(holds.liftedAt), of(holds)))
    .orderBy(asc(holds.setAt))
  const decisionRows = await tx
    .select()
    .from(decisions)
    .where(and(isNull(decisions.withdrawnAt), of(decisions)))
    .orderBy(asc(decisions.decidedAt))
  const excepted = await findInForce(tx, { patchIds, clientId, now })
  const holdsByPatch = Map.groupBy(holdRows, (row) => row.patchId)
  const decisionsByPatch = Map.groupBy(decisionRows, (row) => row.patchId)
  return {
    clientIds: new Set(
      [...holdRows, ...excepted, ...decisionRows].flatMap((row) => (row.clientId === null ? [] : [row.clientId])),
    ),
    deviceIds: new Set([
      ...decisionRows.flatMap((row) => (row.deviceId === null ? [] : [row.deviceId])),
      ...excepted.flatMap((row) => [...(row.deviceIds ?? [])]),
    ]),
    about(patchId, client, device = null) {
      const reaches = (row: { clientId: string | null; deviceId?: string | null }) =>
        (row.clientId === null || row.clientId === client) &&
        ((row.deviceId ?? null) === null || row.deviceId === device)
      return {
        holds: (holdsByPatch.get(patchId) ?? []).filter(reaches).map(holdFact),
        exceptions: excepted
          .filter((row) => row.patchIds.has(patchId) && row.clientId === client)
          .filter((row) => row.deviceIds === null || (device !== null && row.deviceIds.has(device)))
          .map((row) => row.fact),
        decisions: (decisionsByPatch.get(patchId) ?? []).filter(reaches).map(decisionFact),
      }
    },
  }
}

/** A standing hold as the rules see it. */
function holdFact(row: HoldRow): HoldFact {
  return {
    scope: row.clientId === null ? 'msp' : 'client',
    source: row.source,
    setBy: row.setBy,
    setAt: row.setAt,
    reason: row.reason,
  }
}

/** A standing decision as the rules see it. */
function decisionFact(row: DecisionRow): DecisionFact {
  return {
    scope: row.deviceId !== null ? 'device' : row.clientId === null ? 'msp' : 'client',
    kind: row.kind,
    by: row.decidedBy,
    at: row.decidedAt,
    until: row.deferUntil,
    reason: row.reason,
  }
}
