import type { z } from 'zod'
import { policies } from '../../db/schema/policies.ts'
import { perform } from '../access.ts'
import { getClientRow } from '../clients/queries.ts'
import { actorName, type Context } from '../context.ts'
import { DomainError } from '../errors.ts'
import { findPolicyInForce, standardIsWider } from './queries.ts'
import { effectivePolicy } from './rules.ts'
import { type PolicyOverride, policyOverrideSchema, policySchema, type SavePolicy } from './schema.ts'

/**
 * Saves the next version of the MSP's standard or of a client's own sections. Running rollouts keep the version they froze.
 * `conflict` when somebody saved a newer version meanwhile; `invalid` when standard and sections together are no policy.
 */
export function savePolicy(ctx: Context, input: SavePolicy): Promise<{ version: number }> {
  return perform(ctx, 'policy:save', async (tx) => {
    const client = input.clientId === null ? null : await getClientRow(tx, input.clientId)
    if (!client && ctx.clients !== 'all') throw new DomainError('forbidden', standardIsWider)
    const inForce = await findPolicyInForce(tx, input.clientId)
    const current = client ? (inForce.overrideVersion ?? 0) : inForce.standardVersion
    if (current !== input.basedOnVersion) throw savedMeanwhile(current)
    const document: PolicyOverride = valid(client ? policyOverrideSchema : policySchema, input.document)
    if (client) valid(policySchema, effectivePolicy(inForce.standard, document))
    const version = current + 1
    const [saved] = await tx
      .insert(policies)
      .values({
        mspId: ctx.mspId,
        clientId: input.clientId,
        version,
        document,
        createdBy: actorName(ctx.actor),
        createdAt: ctx.now,
      })
      .onConflictDoNothing()
      .returning({ id: policies.id })
    // Two saves at once: the other one was a moment faster.
    if (!saved) throw savedMeanwhile(version)
    const before: object = client ? (inForce.override ?? {}) : inForce.standard
    return {
      value: { version },
      changes: [
        {
          clientId: input.clientId,
          subject: {
            kind: 'policy',
            id: input.clientId ?? ctx.mspId,
            name: client ? `Policy of ${client.name}` : 'Standard policy',
          },
          details: { version, before, after: document },
        },
      ],
    }
  })
}

/** `invalid`, in the schema's words. */
function valid<T>(schema: z.ZodType<T>, document: unknown): T {
  const parsed = schema.safeParse(document)
  if (parsed.success) return parsed.data
  throw new DomainError('invalid', parsed.error.issues.map((issue) => issue.message).join('; '))
}

const savedMeanwhile = (version: number) =>
  new DomainError('conflict', `Version ${version} was saved meanwhile. Load it, then make your change again.`)
