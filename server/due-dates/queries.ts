import { and, asc, eq, inArray } from 'drizzle-orm'
import { clientPatchDues, clientRulePacks } from '../../db/schema/due-dates.ts'
import type { devicePatches } from '../../db/schema/patches.ts'
import type { Tx } from '../access.ts'
import type { RulePack } from './packs/form.ts'
import { currentPacks, type Due, packKey, packsInForce, tellRule } from './rules.ts'

type DueRow = typeof clientPatchDues.$inferSelect

/** As the fleet sweep left it; null where no rule asks, and for seconds after a device first told of the patch. */
export function dueOf(row: DueRow | null | undefined): Due | null {
  if (!row?.dueAt || row.packId === null || row.packVersion === null || row.ruleIndex === null) return null
  const { packId, packVersion, ruleIndex, clock, dueDays } = row
  return { at: row.dueAt, rule: tellRule({ packId, packVersion, ruleIndex, clock }, dueDays) }
}

/** Joins `client_patch_dues` to what a device lacks. */
export const isDueOf = (missing: typeof devicePatches) =>
  and(
    eq(clientPatchDues.mspId, missing.mspId),
    eq(clientPatchDues.clientId, missing.clientId),
    eq(clientPatchDues.patchId, missing.patchId),
  )

/** When these patches are due at one client, by patch. */
export async function findDues(tx: Tx, clientId: string, patchIds: readonly string[]): Promise<Map<string, Due>> {
  const isWanted = and(eq(clientPatchDues.clientId, clientId), inArray(clientPatchDues.patchId, [...patchIds]))
  return mapDues(await tx.select().from(clientPatchDues).where(isWanted), (row) => row.patchId)
}

/** When one patch is due, by the clients that lack or lacked it. */
export async function findDuesOfPatch(tx: Tx, patchId: string): Promise<Map<string, Due>> {
  const isWanted = eq(clientPatchDues.patchId, patchId)
  return mapDues(await tx.select().from(clientPatchDues).where(isWanted), (row) => row.clientId)
}

const mapDues = (rows: readonly DueRow[], keyOf: (row: DueRow) => string) =>
  new Map(
    rows.flatMap((row) => {
      const due = dueOf(row)
      return due ? [[keyOf(row), due] as const] : []
    }),
  )

/** The packs that a client is held to, by the time they were chosen. */
export function findRulePacks(tx: Tx, clientId: string) {
  return tx
    .select()
    .from(clientRulePacks)
    .where(eq(clientRulePacks.clientId, clientId))
    .orderBy(asc(clientRulePacks.setAt), asc(clientRulePacks.packId))
}

export const keyOfRow = (row: { packId: string; packVersion: string }) =>
  packKey({ id: row.packId, version: row.packVersion })

/** Every pack that can be chosen, and since when and by whom it holds at this client; a former version stays in force until it is chosen anew. */
export async function listPackChoices(tx: Tx, clientId: string) {
  const rows = await findRulePacks(tx, clientId)
  return currentPacks.map((pack) => {
    const row = rows.find((one) => one.packId === pack.id)
    const inForce = row && { version: row.packVersion, setBy: row.setBy, setAt: row.setAt }
    return {
      ...pack,
      rules: pack.rules.map((rule) => rule.sentence),
      inForce: inForce ?? null,
    }
  })
}

/** The packs in force at a client, the policy's own last. */
export async function findPacksInForce(tx: Tx, clientId: string, dueDays: number): Promise<RulePack[]> {
  const rows = await findRulePacks(tx, clientId)
  return packsInForce(rows.map(keyOfRow), dueDays)
}
