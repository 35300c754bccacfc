import { and, desc, eq, type SQL, sql } from 'drizzle-orm'
import { apiKeys, clients, members } from '../../db/schema/tenancy.ts'
import { read } from '../access.ts'
import type { Context } from '../context.ts'
import { keyState } from './rules.ts'
import type { ListApiKeys } from './schema.ts'

/** Who decides about people sees the keys of all; everybody else, their own. */
export function keysSeenBy(ctx: Context): SQL | undefined {
  const own = ctx.actor.kind === 'system' ? undefined : eq(apiKeys.userId, ctx.actor.userId)
  return ctx.permissions.has('member:change') ? eq(apiKeys.mspId, ctx.mspId) : and(eq(apiKeys.mspId, ctx.mspId), own)
}

/** Keys, newest first, each with whose it is and whether it still works. The secret part is stored nowhere. */
export function listApiKeys(ctx: Context, input: ListApiKeys, pageRows = 50) {
  return read(ctx, 'api-key:read', async (tx) => {
    const rows = await tx
      .select({
        id: apiKeys.id,
        name: apiKeys.name,
        prefix: apiKeys.prefix,
        userId: apiKeys.userId,
        personName: members.name,
        suspendedAt: members.suspendedAt,
        actions: apiKeys.actions,
        clientIds: apiKeys.clientIds,
        // Of the clients that the reader may see: names of others are nobody's business.
        clientNames: sql<string[]>`array(select c.name from ${clients} c where c.msp_id = ${apiKeys.mspId}
          and c.id = any (${apiKeys.clientIds}) order by c.name)`,
        createdAt: apiKeys.createdAt,
        expiresAt: apiKeys.expiresAt,
        lastUsedAt: apiKeys.lastUsedAt,
        revokedAt: apiKeys.revokedAt,
        revokedBy: apiKeys.revokedBy,
      })
      .from(apiKeys)
      .innerJoin(members, and(eq(members.mspId, apiKeys.mspId), eq(members.userId, apiKeys.userId)))
      .where(
        and(
          keysSeenBy(ctx),
          input.after
            ? sql`(${apiKeys.createdAt}, ${apiKeys.id}) < (select k.created_at, k.id from api_keys k
                where k.msp_id = ${ctx.mspId} and k.id = ${input.after})`
            : undefined,
        ),
      )
      .orderBy(desc(apiKeys.createdAt), desc(apiKeys.id))
      .limit(pageRows + 1)
    const page = rows.slice(0, pageRows)
    const ownId = ctx.actor.kind === 'system' ? null : ctx.actor.userId
    return {
      rows: page.map(({ userId, suspendedAt, clientIds, ...row }) => ({
        ...row,
        isOwn: userId === ownId,
        hasAllClients: clientIds === null,
        /** Its person may not come in, so it may not either. */
        isSuspended: suspendedAt !== null,
        state: keyState(row, ctx.now),
      })),
      /** Where the next page begins; null at the end. */
      next: rows.length > pageRows ? (page.at(-1)?.id ?? null) : null,
    }
  })
}
