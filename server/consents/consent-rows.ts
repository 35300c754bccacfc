import { eq } from 'drizzle-orm'
import { consents } from '../../db/schema/consents.ts'
import type { Tx } from '../access.ts'
import type { Change } from '../audit/record-audit.ts'
import { notFound } from '../errors.ts'
import { type PatchRow, patchName } from '../patches/queries.ts'

export type ConsentRow = typeof consents.$inferSelect

/** One question to be changed, its row locked, or *not found*. */
export async function lockConsent(tx: Tx, consentId: string): Promise<ConsentRow> {
  const [row] = await tx.select().from(consents).where(eq(consents.id, consentId)).for('update')
  if (!row) throw notFound('This question')
  return row
}

/** The audit line of a verb over one question. */
export function consentChange(
  { id, clientId }: Pick<ConsentRow, 'id' | 'clientId'>,
  patch: Pick<PatchRow, 'name' | 'version'>,
  reason: string,
  details: Record<string, unknown>,
): Change {
  return { clientId, subject: { kind: 'consent', id, name: patchName(patch) }, reason, details }
}
