import { eq } from 'drizzle-orm'
import { clients } from '../../db/schema/tenancy.ts'
import { perform } from '../access.ts'
import type { Context } from '../context.ts'
import { isTaken } from '../database-error.ts'
import { moveExpiries } from '../exceptions/move-expiries.ts'
import { clientChange, lockClient, nameConflict, requireFreeName } from './lock-client.ts'
import type { ChangeClient } from './schema.ts'

/** Gives a client another name or time zone. What an exception keeps off until the end of a day is kept off to its end there. Its address stays, so that links keep working. `conflict` when the name is taken. */
export function changeClient(ctx: Context, input: ChangeClient): Promise<void> {
  return perform(ctx, 'client:change', async (tx) => {
    const client = await lockClient(tx, input.clientId)
    const { name, timeZone } = input
    if (client.name === name && client.timeZone === timeZone) return { value: undefined, changes: [] }
    await requireFreeName(tx, name, client.id)
    await tx
      .update(clients)
      .set({ name, timeZone })
      .where(eq(clients.id, client.id))
      .catch((error: unknown) => {
        throw isTaken(error, 'clients_name') ? nameConflict(name) : error
      })
    if (client.timeZone !== timeZone) await moveExpiries(tx, ctx, { clientId: client.id, timeZone })
    return {
      value: undefined,
      changes: [
        clientChange({ id: client.id, name }, { name: [client.name, name], timeZone: [client.timeZone, timeZone] }),
      ],
    }
  })
}
