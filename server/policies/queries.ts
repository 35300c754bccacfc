import { and, desc, eq, isNull } from 'drizzle-orm'
import { policies } from '../../db/schema/policies.ts'
import { read, type Tx } from '../access.ts'
import type { Context } from '../context.ts'
import { effectivePolicy, standardPolicy, versionLabel } from './rules.ts'
import { type Policy, type PolicyOverride, policyOverrideSchema, policySchema } from './schema.ts'

export interface PolicyInForce {
  policy: Policy
  standard: Policy
  standardVersion: number
  override: PolicyOverride | null
  overrideVersion: number | null
  label: string
  since: Date | null
}

/** The policy that rules a client now (`clientId` null: the MSP's standard itself). */
export async function findPolicyInForce(tx: Tx, clientId: string | null): Promise<PolicyInForce> {
  const newest = (filter: ReturnType<typeof eq> | ReturnType<typeof isNull>) =>
    tx.select().from(policies).where(and(filter)).orderBy(desc(policies.version)).limit(1)
  const [standardRow] = await newest(isNull(policies.clientId))
  const [overrideRow] = clientId === null ? [] : await newest(eq(policies.clientId, clientId))
  const standard = standardRow ? policySchema.parse(standardRow.document) : standardPolicy
  const override = overrideRow ? policyOverrideSchema.parse(overrideRow.document) : null
  const standardVersion = standardRow?.version ?? 0
  const overrideVersion = overrideRow?.version ?? null
  return {
    policy: effectivePolicy(standard, override),
    standard,
    standardVersion,
    override,
    overrideVersion,
    label: versionLabel(standardVersion, overrideVersion),
    since: overrideRow?.createdAt ?? standardRow?.createdAt ?? null,
  }
}

export function getPolicy(ctx: Context, input: { clientId: string | null }): Promise<PolicyInForce> {
  return read(ctx, 'policy:read', (tx) => findPolicyInForce(tx, input.clientId))
}
