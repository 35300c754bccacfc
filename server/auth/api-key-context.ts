import { timingSafeEqual } from 'node:crypto'
import { and, eq, isNull, lt, or } from 'drizzle-orm'
import { apiKeys, memberClients, members } from '../../db/schema/tenancy.ts'
import type { ClientId, MspId } from '../../db/tenant.ts'
import { isUsableSql } from '../api-keys/key-rows.ts'
import { prefixOf } from '../api-keys/key-text.ts'
import { clientsOfKey, rightsOfKey } from '../api-keys/rules.ts'
import type { Context } from '../context.ts'
import { permissionsOf } from '../permissions.ts'
import { hashToken } from '../secrets/secret-token.ts'
import { checkAddress, countUse, isKnownGood, noteBadKey, noteGoodKey } from './api-key-limits.ts'
import { authDatabase } from './store.ts'

const noteEveryMs = 60_000

/**
 * What the program with this Authorization header may do, read fresh; null for whatever is no key that works: unknown, expired, revoked, its
 * person suspended or gone. Nothing but the header is looked at. Throws `too-many` when the key, or an address with bad keys, asks too often;
 * the latter before the database is asked.
 */
export async function contextOfApiKey(
  authorization: string | null,
  address: string,
  now: Date = new Date(),
): Promise<Context | null> {
  const text = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1]
  if (!text) return null
  const hash = hashToken(text)
  if (!isKnownGood(hash, now)) await checkAddress(address)
  const prefix = prefixOf(text)
  const found = prefix ? await findKey(prefix, hash, now) : null
  if (!found) {
    await noteBadKey(hash, address)
    return null
  }
  noteGoodKey(hash, now)
  await countUse(found.id)
  await noteUse(found, now)
  const person = found.hasAllClients ? 'all' : await clientsOf(found.mspId, found.userId)
  return {
    actor: {
      kind: 'api-key',
      keyId: found.id,
      userId: found.userId,
      name: `${found.name} (key of ${found.personName})`,
    },
    // Proven: the row of the key says so, and that of its person.
    mspId: found.mspId as MspId,
    // Proven: ids of this key and of this member; row-level security knows the MSP beside them.
    clients: clientsOfKey(found.clientIds, person) as 'all' | readonly ClientId[],
    permissions: rightsOfKey(found.actions, permissionsOf[found.role]),
    now,
  }
}

/** Two keys may share a prefix by chance: each is compared, in the same time whatever it holds. */
async function findKey(prefix: string, hash: string, now: Date) {
  const rows = await authDatabase()
    .select({
      id: apiKeys.id,
      mspId: apiKeys.mspId,
      userId: apiKeys.userId,
      name: apiKeys.name,
      keyHash: apiKeys.keyHash,
      actions: apiKeys.actions,
      clientIds: apiKeys.clientIds,
      lastUsedAt: apiKeys.lastUsedAt,
      role: members.role,
      hasAllClients: members.hasAllClients,
      personName: members.name,
    })
    .from(apiKeys)
    .innerJoin(members, and(eq(members.mspId, apiKeys.mspId), eq(members.userId, apiKeys.userId)))
    .where(and(eq(apiKeys.prefix, prefix), isUsableSql(now), isNull(members.suspendedAt)))
  const wanted = Buffer.from(hash)
  return rows.find((row) => {
    const stored = Buffer.from(row.keyHash)
    return stored.length === wanted.length && timingSafeEqual(stored, wanted)
  })
}

/** At most once a minute, whatever is asked with it. */
async function noteUse(key: { id: string; mspId: string; lastUsedAt: Date | null }, now: Date): Promise<void> {
  const before = new Date(now.getTime() - noteEveryMs)
  if (key.lastUsedAt && key.lastUsedAt > before) return
  await authDatabase()
    .update(apiKeys)
    .set({ lastUsedAt: now })
    .where(
      and(
        eq(apiKeys.mspId, key.mspId),
        eq(apiKeys.id, key.id),
        or(isNull(apiKeys.lastUsedAt), lt(apiKeys.lastUsedAt, before)),
      ),
    )
}

async function clientsOf(mspId: string, userId: string): Promise<string[]> {
  const rows = await authDatabase()
    .select({ clientId: memberClients.clientId })
    .from(memberClients)
    .where(and(eq(memberClients.mspId, mspId), eq(memberClients.userId, userId)))
  return rows.map((row) => row.clientId)
}
