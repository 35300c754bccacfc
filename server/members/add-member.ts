import { inArray } from 'drizzle-orm'
import { clients, memberClients, members } from '../../db/schema/tenancy.ts'
import { perform, requireWhole } from '../access.ts'
import type { Context } from '../context.ts'
import { DomainError, notFound } from '../errors.ts'
import { selectMembers } from './lock-members.ts'
import type { AddMember } from './schema.ts'
import { settledFrom } from './settle.ts'

/** Makes a person who exists a member of this MSP, who sees all of its clients or those listed. `conflict` for a member. */
export function addMember(ctx: Context, input: AddMember): Promise<void> {
  return perform(ctx, 'member:add', async (tx) => {
    requireWhole(ctx, 'add members')
    if (input.role === 'client-manager' && input.clients === 'all')
      throw new DomainError('invalid', 'A client manager sees clients that are named, never all.')
    const listed =
      input.clients === 'all'
        ? []
        : await tx
            .select({ id: clients.id, name: clients.name })
            .from(clients)
            .where(inArray(clients.id, input.clients))
    if (input.clients !== 'all' && listed.length !== new Set(input.clients).size) throw notFound('One of these clients')
    const [added] = await tx
      .insert(members)
      .values({
        mspId: ctx.mspId,
        userId: input.userId,
        name: input.name,
        email: input.email,
        role: input.role,
        hasAllClients: input.clients === 'all',
        createdAt: ctx.now,
        mayConfirmFrom: settledFrom(await selectMembers(tx), ctx.now),
      })
      .onConflictDoNothing()
      .returning({ userId: members.userId })
    if (!added) throw new DomainError('conflict', `${input.name} is a member already.`)
    if (listed.length > 0)
      await tx
        .insert(memberClients)
        .values(listed.map((client) => ({ mspId: ctx.mspId, userId: input.userId, clientId: client.id })))
    return {
      value: undefined,
      changes: [
        {
          clientId: null,
          subject: { kind: 'member', id: input.userId, name: input.name },
          details: { role: input.role, clients: input.clients === 'all' ? 'all' : listed.map((client) => client.name) },
        },
      ],
    }
  })
}
