import { and, eq, inArray, type SQL } from 'drizzle-orm'
import { clientPatchClasses, type devicePatches } from '../../db/schema/patches.ts'
import type { Tx } from '../access.ts'

/** What an approval rule judges a patch by. */
export interface PatchClass {
  classification: string
  severity: string
}

/** As the table has it; of what no device of the client has spoken yet, only a rule for every patch fits. */
export const classOf = (said: PatchClass | null | undefined): PatchClass => ({
  classification: said?.classification ?? '',
  severity: said?.severity ?? '',
})

/** Joins `client_patch_classes` to what a device lacks. */
export const isClassOf = (missing: typeof devicePatches): SQL | undefined =>
  and(
    eq(clientPatchClasses.mspId, missing.mspId),
    eq(clientPatchClasses.clientId, missing.clientId),
    eq(clientPatchClasses.patchId, missing.patchId),
  )

/** What the devices of each client said of these patches; one client's, or all that one may see. */
export async function findClasses(
  tx: Tx,
  { patchIds, clientId }: { patchIds: readonly string[]; clientId?: string },
): Promise<(patchId: string, clientId: string) => PatchClass> {
  const { classification, severity, patchId, clientId: client } = clientPatchClasses
  const rows = await tx
    .select({ classification, severity, patchId, clientId: client })
    .from(clientPatchClasses)
    .where(and(inArray(patchId, [...patchIds]), clientId === undefined ? undefined : eq(client, clientId)))
  const said = new Map(rows.map((row) => [`${row.patchId} ${row.clientId}`, row]))
  return (patch, of) => classOf(said.get(`${patch} ${of}`))
}
