import { eq } from 'drizzle-orm'
import { clients } from '../../db/schema/tenancy.ts'
import { perform, read } from '../access.ts'
import { clientChange } from '../clients/lock-client.ts'
import { seeArchived } from '../clients/see-archived.ts'
import type { Context } from '../context.ts'
import { notFound } from '../errors.ts'

/** Writes down that somebody takes all of a client's data with them. Answers its name, or *not found*. */
export function beginExport(ctx: Context, input: { clientId: string }): Promise<{ name: string; slug: string }> {
  return perform(ctx, 'client:export', async (tx) => {
    await seeArchived(tx)
    const [client] = await tx.select().from(clients).where(eq(clients.id, input.clientId))
    if (!client) throw notFound('This client')
    return { value: { name: client.name, slug: client.slug }, changes: [clientChange(client, { exported: true })] }
  })
}

/** May the caller take it now? For the page, which asks for the step-up before the browser asks for the file. */
export function checkExport(ctx: Context, input: { clientId: string }): Promise<void> {
  return read(ctx, 'client:export', async (tx) => {
    await seeArchived(tx)
    const found = await tx.$count(clients, eq(clients.id, input.clientId))
    if (found === 0) throw notFound('This client')
  })
}
