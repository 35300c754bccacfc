import { eq } from 'drizzle-orm'
import { exceptions } from '../../db/schema/exceptions.ts'
import type { Tx } from '../access.ts'
import type { Change } from '../audit/record-audit.ts'
import { notFound } from '../errors.ts'
import { type PatchRow, patchName } from '../patches/queries.ts'

export type ExceptionRow = typeof exceptions.$inferSelect

/** One exception to be changed, its row locked, or *not found*. */
export async function lockException(tx: Tx, exceptionId: string): Promise<ExceptionRow> {
  const [row] = await tx.select().from(exceptions).where(eq(exceptions.id, exceptionId)).for('update')
  if (!row) throw notFound('This exception')
  return row
}

/** What it keeps off, as people say it: "lab-svc 3.0", "every version of lab-svc". */
export const sayKeptOff = (patch: { name: string; version: string }, isAllVersions: boolean): string =>
  isAllVersions ? `every version of ${patch.name}` : patchName(patch)

/** The audit line of a verb over one exception. */
export function exceptionChange(
  row: Pick<ExceptionRow, 'id' | 'clientId' | 'isAllVersions'>,
  patch: Pick<PatchRow, 'name' | 'version'>,
  reason: string,
  details: Record<string, unknown>,
): Change {
  const name = sayKeptOff(patch, row.isAllVersions)
  return { clientId: row.clientId, subject: { kind: 'exception', id: row.id, name }, reason, details }
}
