import { and, eq, ne } from 'drizzle-orm'
import { sites } from '../../db/schema/tenancy.ts'
import { perform } from '../access.ts'
import { lockClient } from '../clients/lock-client.ts'
import type { Context } from '../context.ts'
import { lockSite, siteChange, siteNameTaken } from './queries.ts'
import type { RenameSite } from './schema.ts'

/** Gives a site another name. `conflict` when the client has one of that name. */
export function renameSite(ctx: Context, input: RenameSite): Promise<void> {
  return perform(ctx, 'site:rename', async (tx) => {
    const site = await lockSite(tx, input.siteId)
    // Names of one client's sites are given one after the other.
    await lockClient(tx, site.clientId)
    if (site.name === input.name) return { value: undefined, changes: [] }
    const taken = await tx.$count(
      sites,
      and(eq(sites.clientId, site.clientId), eq(sites.name, input.name), ne(sites.id, site.id)),
    )
    if (taken > 0) throw siteNameTaken(input.name)
    await tx.update(sites).set({ name: input.name }).where(eq(sites.id, site.id))
    return { value: undefined, changes: [siteChange({ ...site, name: input.name }, { name: [site.name, input.name] })] }
  })
}
