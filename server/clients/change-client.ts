import { and, eq, ne, sql } from 'drizzle-orm'
import { clients } from '../../db/schema/tenancy.ts'
import { perform } from '../access.ts'
import type { Context } from '../context.ts'
import { DomainError } from '../errors.ts'
import { clientChange, lockClient } from './lock-client.ts'
import type { ChangeClient } from './schema.ts'

/** Gives a client another name or time zone. Its address stays, so that links keep working. `conflict` when the name is taken. */
export function changeClient(ctx: Context, input: ChangeClient): Promise<void> {
  return perform(ctx, 'client:change', async (tx) => {
    const client = await lockClient(tx, input.clientId)
    const { name, timeZone } = input
    if (client.name === name && client.timeZone === timeZone) return { value: undefined, changes: [] }
    const [taken] = await tx
      .select({ id: clients.id })
      .from(clients)
      .where(and(ne(clients.id, client.id), eq(sql`lower(${clients.name})`, name.toLowerCase())))
    if (taken) throw new DomainError('conflict', `There is a client named “${name}” already.`)
    await tx.update(clients).set({ name, timeZone }).where(eq(clients.id, client.id))
    return {
      value: undefined,
      changes: [
        clientChange({ id: client.id, name }, { name: [client.name, name], timeZone: [client.timeZone, timeZone] }),
      ],
    }
  })
}
