import { and, eq, isNull } from 'drizzle-orm'
import { enrolmentTokens } from '../../db/schema/devices.ts'
import { perform } from '../access.ts'
import { getClientRow } from '../clients/queries.ts'
import type { Context } from '../context.ts'
import { notFound } from '../errors.ts'
import type { RevokeEnrolmentToken } from './schema.ts'

/** From now on no device enrols with this token; devices that did stay. Revoking twice changes nothing the second time. */
export function revokeEnrolmentToken(ctx: Context, input: RevokeEnrolmentToken): Promise<{ isRevokedNow: boolean }> {
  return perform<{ isRevokedNow: boolean }>(ctx, 'enrolment:revoke-token', async (tx) => {
    const [token] = await tx.select().from(enrolmentTokens).where(eq(enrolmentTokens.id, input.tokenId))
    if (!token) throw notFound('This token')
    const [revoked] = await tx
      .update(enrolmentTokens)
      .set({ revokedAt: ctx.now })
      .where(and(eq(enrolmentTokens.id, token.id), isNull(enrolmentTokens.revokedAt)))
      .returning({ id: enrolmentTokens.id })
    if (!revoked) return { value: { isRevokedNow: false }, changes: [] }
    const client = await getClientRow(tx, token.clientId)
    return {
      value: { isRevokedNow: true },
      changes: [
        {
          clientId: client.id,
          subject: { kind: 'enrolment', id: token.id, name: `Enrolment token for ${client.name}` },
          details: { usesLeft: token.usesLeft },
        },
      ],
    }
  })
}
