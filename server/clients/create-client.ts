import { clients, sites } from '../../db/schema/tenancy.ts'
import { perform, requireWhole, type Tx } from '../access.ts'
import type { Context } from '../context.ts'
import { nameConflict, requireFreeName } from './lock-client.ts'
import { slugOf } from './rules.ts'
import type { CreateClient } from './schema.ts'
import { withArchived } from './see-archived.ts'

export interface CreatedClient {
  clientId: string
  siteId: string
  slug: string
}

/** Adds a client organisation with its first site. `conflict` when a client of this MSP already has the same name. */
export function createClient(ctx: Context, input: CreateClient): Promise<CreatedClient> {
  return perform(ctx, 'client:create', async (tx) => {
    requireWhole(ctx, 'add clients')
    const client = await insertClient(tx, ctx, input)
    const [site] = await tx
      .insert(sites)
      .values({ mspId: ctx.mspId, clientId: client.id, name: input.siteName })
      .returning({ id: sites.id })
    if (!site) throw new Error('the site was not stored')
    return {
      value: { clientId: client.id, siteId: site.id, slug: client.slug },
      changes: [
        {
          clientId: client.id,
          subject: { kind: 'client', id: client.id, name: input.name },
          details: { timeZone: input.timeZone, site: input.siteName },
        },
      ],
    }
  })
}

/** Under the first address that is free. Another client may take it, or the name, at this very moment: then it is looked at once more. */
async function insertClient(
  tx: Tx,
  ctx: Context,
  { name, timeZone }: CreateClient,
): Promise<{ id: string; slug: string }> {
  for (let attempt = 1; attempt <= mostAttempts; attempt++) {
    await requireFreeName(tx, name)
    const rows = await withArchived(tx, () => tx.select({ slug: clients.slug }).from(clients))
    const slug = slugOf(name, new Set(rows.map((row) => row.slug)))
    const [client] = await tx
      .insert(clients)
      .values({ mspId: ctx.mspId, slug, name, timeZone, createdAt: ctx.now })
      .onConflictDoNothing()
      .returning({ id: clients.id, slug: clients.slug })
    if (client) return client
  }
  throw nameConflict(name)
}

const mostAttempts = 3
