import { and, eq, isNull, sql } from 'drizzle-orm'
import type { z } from 'zod'
import { devices } from '../../db/schema/devices.ts'
import { policies } from '../../db/schema/policies.ts'
import type { Tx } from '../access.ts'
import type { Change } from '../audit/record-audit.ts'
import { getClientRow } from '../clients/queries.ts'
import type { Context } from '../context.ts'
import { DomainError } from '../errors.ts'
import type { Reach } from '../proposals/rules.ts'
import { findPolicyInForce, standardIsWider } from './queries.ts'
import { effectivePolicy } from './rules.ts'
import { type PolicyOverride, policyOverrideSchema, policySchema, type SavePolicy } from './schema.ts'

/** A policy that may be saved as the next version. */
export interface CheckedPolicy {
  input: SavePolicy
  name: string
  version: number
  before: object
  document: PolicyOverride
  /** Whom it gives patches without asking anybody in another way than before: the devices of its clients, where its approval rules change. */
  reach: Reach[]
}

/** *Not found*, `conflict` when somebody saved a newer version meanwhile, `invalid` when standard and sections together are no policy. */
export async function checkPolicy(tx: Tx, ctx: Context, input: SavePolicy): Promise<CheckedPolicy> {
  const client = input.clientId === null ? null : await getClientRow(tx, input.clientId)
  if (!client && ctx.clients !== 'all') throw new DomainError('forbidden', standardIsWider)
  const inForce = await findPolicyInForce(tx, input.clientId)
  const current = client ? (inForce.overrideVersion ?? 0) : inForce.standardVersion
  if (current !== input.basedOnVersion) throw savedMeanwhile(current)
  const document: PolicyOverride = valid(client ? policyOverrideSchema : policySchema, input.document)
  const after = client ? valid(policySchema, effectivePolicy(inForce.standard, document)) : document
  const isRuled = JSON.stringify(after.approvalRules) !== JSON.stringify(inForce.policy.approvalRules)
  return {
    input,
    name: client ? `Policy of ${client.name}` : 'Standard policy',
    version: current + 1,
    before: client ? (inForce.override ?? {}) : inForce.standard,
    document,
    reach: isRuled ? await countDevices(tx, input.clientId) : [],
  }
}

/** Writes it. `by` is who saved it, in words. */
export async function writePolicy(tx: Tx, ctx: Context, checked: CheckedPolicy, by: string): Promise<Change[]> {
  const { input, name, version, before, document } = checked
  const [saved] = await tx
    .insert(policies)
    .values({ mspId: ctx.mspId, clientId: input.clientId, version, document, createdBy: by, createdAt: ctx.now })
    .onConflictDoNothing()
    .returning({ id: policies.id })
  // Two saves at once: the other one was a moment faster.
  if (!saved) throw savedMeanwhile(version)
  return [
    {
      clientId: input.clientId,
      subject: { kind: 'policy', id: input.clientId ?? ctx.mspId, name },
      details: { version, before, after: document },
    },
  ]
}

function countDevices(tx: Tx, clientId: string | null): Promise<Reach[]> {
  return tx
    .select({ clientId: devices.clientId, devices: sql<number>`count(*)::int` })
    .from(devices)
    .where(and(isNull(devices.retiredAt), clientId ? eq(devices.clientId, clientId) : undefined))
    .groupBy(devices.clientId)
}

/** `invalid`, in the schema's words. */
function valid<T>(schema: z.ZodType<T>, document: unknown): T {
  const parsed = schema.safeParse(document)
  if (parsed.success) return parsed.data
  throw new DomainError('invalid', parsed.error.issues.map((issue) => issue.message).join('; '))
}

const savedMeanwhile = (version: number) =>
  new DomainError('conflict', `Version ${version} was saved meanwhile. Load it, then make your change again.`)
