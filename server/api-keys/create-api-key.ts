import { and, eq, inArray, sql } from 'drizzle-orm'
import { apiKeys, clients } from '../../db/schema/tenancy.ts'
import { perform, type Tx } from '../access.ts'
import type { Context } from '../context.ts'
import { DomainError, notAllowedNow, notFound } from '../errors.ts'
import { hashToken } from '../secrets/secret-token.ts'
import { isUsableSql } from './key-rows.ts'
import { newKeyText } from './key-text.ts'
import { dayMs, mostKeys } from './rules.ts'
import type { CreateApiKey } from './schema.ts'

export interface CreatedApiKey {
  keyId: string
  /** Shown once, stored nowhere. */
  key: string
  expiresAt: Date
}

/**
 * A key of the person who asks, for a program of theirs: with rights of their own only, for clients of their own only. `forbidden` for a
 * right they do not have, *not found* for a client they do not see. Wants a step-up.
 */
export function createApiKey(ctx: Context, input: CreateApiKey): Promise<CreatedApiKey> {
  return perform(ctx, 'api-key:create', async (tx) => {
    if (ctx.actor.kind !== 'person') throw new DomainError('forbidden', 'Only a person makes a key.')
    const { userId } = ctx.actor
    const beyond = input.actions.find((action) => !ctx.permissions.has(action))
    if (beyond)
      throw new DomainError('forbidden', `A key has rights of yours only, and “${beyond.replace(':', ': ')}” is none.`)
    const listed = input.clients === 'all' ? null : await findOwnClients(tx, input.clients)
    if ((await countUsable(tx, userId, ctx.now)) >= mostKeys)
      throw notAllowedNow(`You have ${mostKeys} keys. Revoke one that nothing uses any more.`)
    const { text, prefix } = newKeyText()
    const expiresAt = new Date(ctx.now.getTime() + input.days * dayMs)
    const [made] = await tx
      .insert(apiKeys)
      .values({
        mspId: ctx.mspId,
        userId,
        name: input.name,
        prefix,
        keyHash: hashToken(text),
        actions: input.actions,
        clientIds: listed?.map((client) => client.id) ?? null,
        createdAt: ctx.now,
        expiresAt,
      })
      .returning({ id: apiKeys.id })
    if (!made) throw new Error('the key was not stored')
    const details = {
      prefix,
      actions: input.actions,
      clients: listed?.map((client) => client.name) ?? 'all that its person sees',
      expiresAt: expiresAt.toISOString(),
    }
    return {
      value: { keyId: made.id, key: text, expiresAt },
      changes: [{ clientId: null, subject: { kind: 'api-key', id: made.id, name: input.name }, details }],
    }
  })
}

async function findOwnClients(tx: Tx, ids: readonly string[]): Promise<{ id: string; name: string }[]> {
  const found = await tx
    .select({ id: clients.id, name: clients.name })
    .from(clients)
    .where(inArray(clients.id, [...ids]))
  if (found.length !== new Set(ids).size) throw notFound('One of these clients')
  return found
}

async function countUsable(tx: Tx, userId: string, now: Date): Promise<number> {
  const [found] = await tx
    .select({ count: sql<number>`count(*)::int` })
    .from(apiKeys)
    .where(and(eq(apiKeys.userId, userId), isUsableSql(now)))
  return found?.count ?? 0
}
