import { eq } from 'drizzle-orm'
import { consents } from '../../db/schema/consents.ts'
import { perform } from '../access.ts'
import { actorName, type Context } from '../context.ts'
import { notAllowedNow } from '../errors.ts'
import { getPatchRow } from '../patches/queries.ts'
import { consentChange, lockConsent } from './consent-rows.ts'
import { consentCan, consentState } from './rules.ts'
import type { EndConsent } from './schema.ts'

/**
 * The MSP takes its question back, or goes on without a yes: from then on approvals and rules decide as before. The log keeps why, and what the
 * client had answered.
 */
export function endConsent(ctx: Context, input: EndConsent): Promise<void> {
  return perform(ctx, 'consent:end', async (tx) => {
    const row = await lockConsent(tx, input.consentId)
    const can = consentCan.end(row)
    if (!can.can) throw notAllowedNow(can.reason)
    const patch = await getPatchRow(tx, row.patchId)
    await tx
      .update(consents)
      .set({ endedBy: actorName(ctx.actor), endedAt: ctx.now, endReason: input.reason })
      .where(eq(consents.id, row.id))
    const details = { was: consentState(row), answeredBy: row.answeredBy, answer: row.answerReason }
    return { value: undefined, changes: [consentChange(row, patch, input.reason, details)] }
  })
}
