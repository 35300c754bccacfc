import { and, eq, isNull } from 'drizzle-orm'
import { apiKeys } from '../../db/schema/tenancy.ts'
import { perform } from '../access.ts'
import { actorName, type Context } from '../context.ts'
import { notFound } from '../errors.ts'
import { keysSeenBy } from './queries.ts'
import type { RevokeApiKey } from './schema.ts'

/**
 * From its next request on the key is dead. One's own, or anybody's for who decides about people; others are *not found*. Revoking twice
 * changes nothing the second time.
 */
export function revokeApiKey(ctx: Context, input: RevokeApiKey): Promise<{ isRevokedNow: boolean }> {
  return perform<{ isRevokedNow: boolean }>(ctx, 'api-key:revoke', async (tx) => {
    const [key] = await tx
      .select({ id: apiKeys.id, name: apiKeys.name, prefix: apiKeys.prefix })
      .from(apiKeys)
      .where(and(eq(apiKeys.id, input.keyId), keysSeenBy(ctx)))
    if (!key) throw notFound('This key')
    const [revoked] = await tx
      .update(apiKeys)
      .set({ revokedAt: ctx.now, revokedBy: actorName(ctx.actor) })
      .where(and(eq(apiKeys.id, key.id), isNull(apiKeys.revokedAt)))
      .returning({ id: apiKeys.id })
    if (!revoked) return { value: { isRevokedNow: false }, changes: [] }
    return {
      value: { isRevokedNow: true },
      changes: [
        {
          clientId: null,
          subject: { kind: 'api-key', id: key.id, name: key.name },
          details: { prefix: key.prefix },
        },
      ],
    }
  })
}
