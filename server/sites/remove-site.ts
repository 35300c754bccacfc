import { eq } from 'drizzle-orm'
import { sites } from '../../db/schema/tenancy.ts'
import { perform } from '../access.ts'
import { lockClient } from '../clients/lock-client.ts'
import type { Context } from '../context.ts'
import { notAllowedNow } from '../errors.ts'
import { listSites, lockSite, siteChange } from './queries.ts'
import type { RemoveSite } from './schema.ts'

/** Removes a site that never held anything. `not-allowed-now` while a device or a token belongs to it, and for the last one. */
export function removeSite(ctx: Context, input: RemoveSite): Promise<void> {
  return perform(ctx, 'site:remove', async (tx) => {
    const site = await lockSite(tx, input.siteId)
    await lockClient(tx, site.clientId)
    const all = await listSites(tx, site.clientId)
    if (all.length === 1) throw notAllowedNow('A client has at least one site.')
    if (!all.find((one) => one.id === site.id)?.isEmpty)
      throw notAllowedNow('Devices or enrolment tokens belong to this site: only an empty one is removed.')
    await tx.delete(sites).where(eq(sites.id, site.id))
    return { value: undefined, changes: [siteChange(site, { removed: true })] }
  })
}
