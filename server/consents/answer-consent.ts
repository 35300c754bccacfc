import { eq } from 'drizzle-orm'
import { consents } from '../../db/schema/consents.ts'
import { perform } from '../access.ts'
import { actorName, type Context } from '../context.ts'
import { notAllowedNow } from '../errors.ts'
import { getPatchRow } from '../patches/queries.ts'
import { consentChange, lockConsent } from './consent-rows.ts'
import { consentCan } from './rules.ts'
import type { AnswerConsent } from './schema.ts'

/** The client's own word: yes lets the patch go as it was approved, no keeps it off until the MSP ends the question with a reason. */
export function answerConsent(ctx: Context, input: AnswerConsent): Promise<void> {
  return perform(ctx, 'portal:answer-consent', async (tx) => {
    const row = await lockConsent(tx, input.consentId)
    const can = consentCan.answer(row)
    if (!can.can) throw notAllowedNow(can.reason)
    const patch = await getPatchRow(tx, row.patchId)
    const { answer, reason } = input
    await tx
      .update(consents)
      .set({ answer, answeredBy: actorName(ctx.actor), answeredAt: ctx.now, answerReason: reason })
      .where(eq(consents.id, row.id))
    const details = { answer, askedBy: row.askedBy, was: row.reason, plan: row.plan }
    return { value: undefined, changes: [consentChange(row, patch, reason, details)] }
  })
}
