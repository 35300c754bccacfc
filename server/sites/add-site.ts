import { sites } from '../../db/schema/tenancy.ts'
import { perform } from '../access.ts'
import { lockClient } from '../clients/lock-client.ts'
import type { Context } from '../context.ts'
import { siteChange, siteNameTaken } from './queries.ts'
import type { AddSite } from './schema.ts'

/** Adds a place to a client. `conflict` when it has one of that name. */
export function addSite(ctx: Context, input: AddSite): Promise<{ siteId: string }> {
  return perform(ctx, 'site:add', async (tx) => {
    const client = await lockClient(tx, input.clientId)
    const [site] = await tx
      .insert(sites)
      .values({ mspId: ctx.mspId, clientId: client.id, name: input.name })
      .onConflictDoNothing()
      .returning()
    if (!site) throw siteNameTaken(input.name)
    return { value: { siteId: site.id }, changes: [siteChange(site)] }
  })
}
