import { and, eq, isNull } from 'drizzle-orm'
import { consents } from '../../db/schema/consents.ts'
import { inTenant } from '../../db/tenant.ts'
import type { Context } from '../context.ts'
import { askConsent } from './ask-consent.ts'
import { endConsent } from './end-consent.ts'
import type { AskConsent } from './schema.ts'

/** Ends whatever the client was asked, and asks this. */
export async function askAnew(ctx: Context, input: AskConsent): Promise<{ consentId: string }> {
  const standing = await inTenant(ctx, (tx) =>
    tx
      .select({ id: consents.id })
      .from(consents)
      .where(and(eq(consents.clientId, input.clientId), isNull(consents.endedAt))),
  )
  for (const { id } of standing) await endConsent(ctx, { consentId: id, reason: 'To ask anew' })
  return askConsent(ctx, input)
}
