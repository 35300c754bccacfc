import { eq, inArray } from 'drizzle-orm'
import { devicePatches, patches } from '../../db/schema/patches.ts'
import type { Tx } from '../access.ts'
import { notFound } from '../errors.ts'

export type PatchRow = typeof patches.$inferSelect

/** "lab-svc 3.0": how people name a patch. */
export function patchName(patch: { name: string; version: string }): string {
  return `${patch.name} ${patch.version}`
}

/**
 * One patch, or *not found*. The catalogue is the MSP's, so a patch counts as visible only where a device the caller may see
 * lacks or lacked it: a technician of one client learns nothing of another's software.
 */
export async function getPatchRow(tx: Tx, patchId: string): Promise<PatchRow> {
  const [row] = await tx
    .select({ patch: patches })
    .from(patches)
    .innerJoin(devicePatches, eq(devicePatches.patchId, patches.id))
    .where(eq(patches.id, patchId))
    .limit(1)
  if (!row) throw notFound('This patch')
  return row.patch
}

/** *Not found* unless each of these patches is one that the caller may see. */
export async function requirePatches(tx: Tx, patchIds: readonly string[]): Promise<void> {
  const ids = [...new Set(patchIds)]
  if (ids.length === 0) return
  const seen = await tx
    .selectDistinct({ id: devicePatches.patchId })
    .from(devicePatches)
    .where(inArray(devicePatches.patchId, ids))
  if (seen.length !== ids.length) throw notFound('This patch')
}
