import { randomUUID } from 'node:crypto'
import { type SQL, sql } from 'drizzle-orm'
import { inTenant, type MspId } from '../../db/tenant.ts'
import { decidePatch } from '../approvals/decide-patch.ts'
import type { Context } from '../context.ts'
import { addMember } from '../members/add-member.ts'
import { lastWeek } from '../members/testing.ts'
import { type PatchWorld, startPatchWorld } from '../patches/testing.ts'
import type { Role } from '../permissions.ts'
import { confirmProposal } from './confirm-proposal.ts'
import { listProposals } from './queries.ts'
import type { ConfirmProposal } from './schema.ts'

/** A world for tests of the second person: two clients with one device each that lack the same patch, and people who are members. */
export async function startProposalWorld() {
  const world = await startPatchWorld()
  for (const client of [world.alder, world.birch])
    await world.lacks(await world.enrol(client, `${client.clientId.slice(0, 8)}-1`), 'lab-svc=2.0')
  const patchId = await world.patchId('lab-svc', '2.0')
  const both = [world.alder.clientId, world.birch.clientId]

  /** Somebody who is a member, as their requests see it. */
  async function join(role: Role, clients: Parameters<PatchWorld['person']>[1] = 'all'): Promise<Context> {
    const ctx = world.person(role, clients)
    if (ctx.actor.kind !== 'person') throw new Error('not a person')
    const { userId } = ctx.actor
    const name = `A ${role}`
    await addMember(lastWeek(world.mspId, ctx.now), {
      ...{ userId, name, role, email: `${randomUUID()}@example.com` },
      clients: ctx.clients === 'all' ? 'all' : [...ctx.clients],
    })
    return { ...ctx, actor: { ...ctx.actor, name } }
  }

  const approve = (ctx: Context, clients: string[] | 'all' = both, id = patchId) =>
    decidePatch(ctx, { patchId: id, clients, kind: 'approve', reason: 'exploited' })

  return {
    ...world,
    patchId,
    both,
    join,
    approve,
    /** As the console's own login, beside its verbs. */
    asWeb: (...statements: SQL[]) =>
      // The MSP of this test's own database.
      inTenant({ mspId: world.mspId as MspId, clients: 'all' }, async (tx) => {
        await tx.execute(sql`select set_config('app.with_archived', 't', true)`)
        for (const statement of statements) await tx.execute(statement)
      }),
    /** Asks to approve the patch for both clients, or these. */
    async propose(ctx: Context, clients?: string[] | 'all'): Promise<string> {
      const answer = await approve(ctx, clients)
      if (answer.kind !== 'proposed') throw new Error('it was done at once')
      return answer.proposalId
    },
  }
}

export type ProposalWorld = Awaited<ReturnType<typeof startProposalWorld>>

/** The same person so much later, having just proved who they are. */
export function later(ctx: Context, ms: number): Context {
  const now = new Date(ctx.now.getTime() + ms)
  return { ...ctx, now, actor: ctx.actor.kind === 'person' ? { ...ctx.actor, provedAt: now } : ctx.actor }
}

/** Confirms what the list shows to this person now, as its page does. */
export async function confirmShown(ctx: Context, input: Omit<ConfirmProposal, 'shown'>): Promise<{ devices: number }> {
  const { open } = await listProposals(ctx)
  const shown = open.find((one) => one.id === input.proposalId)?.shown || noHash
  return confirmProposal(ctx, { ...input, shown })
}

/** Of what was never shown. */
export const noHash = '0'.repeat(64)
