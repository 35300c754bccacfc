import { and, eq, inArray } from 'drizzle-orm'
import { clientRulePacks } from '../../db/schema/due-dates.ts'
import { perform } from '../access.ts'
import { reasonLength, shortReason } from '../audit/rules.ts'
import { clientChange, lockClient } from '../clients/lock-client.ts'
import { actorName, type Context } from '../context.ts'
import { DomainError } from '../errors.ts'
import { findRulePacks, keyOfRow } from './queries.ts'
import { currentPacks, packKey } from './rules.ts'
import type { SetRulePacks } from './schema.ts'

/**
 * Says which rule packs a client is held to beside the due days of its policy, each in its newest version. The dates follow with the next
 * fleet sweep, seconds later. `invalid` where a pack is taken away without a reason: what was late there may not be any more.
 */
export function setRulePacks(ctx: Context, input: SetRulePacks): Promise<void> {
  return perform(ctx, 'client:set-rule-packs', async (tx) => {
    const client = await lockClient(tx, input.clientId)
    const rows = await findRulePacks(tx, client.id)
    const wanted = currentPacks.filter((pack) => input.packIds.includes(pack.id))
    const before = new Set(rows.map(keyOfRow))
    const after = new Set(wanted.map(packKey))
    const isTakenAway = rows.some((row) => !wanted.some((pack) => pack.id === row.packId))
    if (isTakenAway && input.reason.length < reasonLength.minLength) throw new DomainError('invalid', shortReason)
    const gone = rows.filter((row) => !after.has(keyOfRow(row))).map((row) => row.packId)
    const fresh = wanted.filter((pack) => !before.has(packKey(pack)))
    if (gone.length + fresh.length === 0) return { value: undefined, changes: [] }
    await tx
      .delete(clientRulePacks)
      .where(and(eq(clientRulePacks.clientId, client.id), inArray(clientRulePacks.packId, gone)))
    if (fresh.length > 0)
      await tx.insert(clientRulePacks).values(
        fresh.map((pack) => ({
          ...{ mspId: ctx.mspId, clientId: client.id, packId: pack.id, packVersion: pack.version },
          ...{ setBy: actorName(ctx.actor), setAt: ctx.now },
        })),
      )
    const changes = [clientChange(client, { rulePacks: [[...before], [...after]] }, input.reason)]
    return { value: undefined, changes }
  })
}
