import { and, eq } from 'drizzle-orm'
import { consents } from '../../db/schema/consents.ts'
import { planItems } from '../../db/schema/rollouts.ts'
import { perform } from '../access.ts'
import { getClientRow } from '../clients/queries.ts'
import { actorName, type Context } from '../context.ts'
import { notAllowedNow } from '../errors.ts'
import { getPatchRow, patchName } from '../patches/queries.ts'
import { addressManagers, sendToManagers } from '../portal/mail-managers.ts'
import { consentChange } from './consent-rows.ts'
import type { AskConsent } from './schema.ts'

/**
 * Asks a client for its yes before a patch goes in there. From now on no rollout that is planned takes it up at this client, whoever approved
 * it, until a client manager says yes or the question is ended. `not-allowed-now` while one stands, and where a rollout has the patch already:
 * the question would come too late. Its managers are told by mail.
 */
export async function askConsent(ctx: Context, input: AskConsent): Promise<{ consentId: string }> {
  const { consentId, letters } = await perform(ctx, 'consent:ask', async (tx) => {
    const client = await getClientRow(tx, input.clientId)
    const patch = await getPatchRow(tx, input.patchId)
    const [claimed] = await tx
      .select({ id: planItems.rolloutId })
      .from(planItems)
      .where(and(eq(planItems.clientId, client.id), eq(planItems.patchId, patch.id), eq(planItems.isClaimed, true)))
      .limit(1)
    if (claimed) throw notAllowedNow('A rollout has it there already: the question would come too late.')
    const { reason, plan } = input
    const [made] = await tx
      .insert(consents)
      .values({
        ...{ mspId: ctx.mspId, clientId: client.id, patchId: patch.id, reason, plan },
        ...{ askedBy: actorName(ctx.actor), askedAt: ctx.now },
      })
      .onConflictDoNothing()
      .returning({ id: consents.id })
    if (!made) throw notAllowedNow('The client was asked already. Take that question back first.')
    const row = { id: made.id, clientId: client.id }
    const asks = `whether ${patchName(patch)} may be installed on your computers`
    const letters = await addressManagers(tx, ctx, client.id, { asks, reason })
    return { value: { consentId: made.id, letters }, changes: [consentChange(row, patch, reason, { plan })] }
  })
  sendToManagers(letters)
  return { consentId }
}
