import { and, asc, eq, inArray, isNull, or, sql } from 'drizzle-orm'
import { consents } from '../../db/schema/consents.ts'
import { decisions, holds } from '../../db/schema/patches.ts'
import type { Tx } from '../access.ts'
import { findInForce } from '../exceptions/in-force.ts'
import type { ConsentFact, DecisionFact, ExceptionFact, HoldFact } from './rules.ts'

type HoldRow = typeof holds.$inferSelect
type DecisionRow = typeof decisions.$inferSelect

/** Every standing hold, exception, question to a client and decision the caller may see, ready to be asked for a patch at a client. */
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
  consent: ConsentFact | null
}

/** Set-based: four reads, however many clients. Of the patches named, or of all; what reaches one client, or all that one may see. */
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
  const asked = await tx
    .select()
    .from(consents)
    .where(
      and(
        isNull(consents.endedAt),
        sql`${consents.answer} is distinct from 'yes'`,
        patchIds && inArray(consents.patchId, [...patchIds]),
        clientId === undefined ? undefined : eq(consents.clientId, clientId),
      ),
    )
  const excepted = await findInForce(tx, { patchIds, clientId, now })
  const holdsByPatch = Map.groupBy(holdRows, (row) => row.patchId)
  const askedByPatch = new Map(asked.map((row) => [`${row.patchId} ${row.clientId}`, consentFact(row)]))
  const decisionsByPatch = Map.groupBy(decisionRows, (row) => row.patchId)
  return {
    clientIds: new Set(
      [...holdRows, ...excepted, ...asked, ...decisionRows].flatMap((row) =>
        row.clientId === null ? [] : [row.clientId],
      ),
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
        consent: askedByPatch.get(`${patchId} ${client}`) ?? null,
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

/** A question to a client that was not answered with yes, as the rules see it. */
function consentFact({ askedBy, askedAt, answer, ...row }: typeof consents.$inferSelect): ConsentFact {
  return {
    askedBy,
    askedAt,
    refusal:
      answer === 'no' && row.answeredAt
        ? { by: row.answeredBy ?? '', at: row.answeredAt, reason: row.answerReason }
        : null,
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
