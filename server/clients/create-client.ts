import { clients, sites } from '../../db/schema/tenancy.ts'
import { perform } from '../access.ts'
import type { Context } from '../context.ts'
import { DomainError } from '../errors.ts'
import { slugOf } from './rules.ts'
import type { CreateClient } from './schema.ts'

export interface CreatedClient {
  clientId: string
  siteId: string
  slug: string
}

/** Adds a client organisation with its first site. `conflict` when a client of this MSP already has the same name. */
export function createClient(ctx: Context, input: CreateClient): Promise<CreatedClient> {
  return perform(ctx, 'client:create', async (tx) => {
    if (ctx.clients !== 'all') throw new DomainError('forbidden', 'Only people who see all clients add one.')
    const slug = slugOf(input.name)
    const [client] = await tx
      .insert(clients)
      .values({ mspId: ctx.mspId, slug, name: input.name, timeZone: input.timeZone, createdAt: ctx.now })
      .onConflictDoNothing()
      .returning({ id: clients.id })
    if (!client) throw new DomainError('conflict', `There is a client named “${input.name}” already.`)
    const [site] = await tx
      .insert(sites)
      .values({ mspId: ctx.mspId, clientId: client.id, name: input.siteName })
      .returning({ id: sites.id })
    if (!site) throw new Error('the site was not stored')
    return {
      value: { clientId: client.id, siteId: site.id, slug },
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
