import type { z } from 'zod'
import { policies } from '../../db/schema/policies.ts'
import { requireWhole, type Tx } from '../access.ts'
import type { Change } from '../audit/record-audit.ts'
import { getClientRow } from '../clients/queries.ts'
import type { Context } from '../context.ts'
import { DomainError } from '../errors.ts'
import type { Action } from '../permissions.ts'
import type { Reach } from '../proposals/rules.ts'
import { findPolicyInForce, findScope, standardIsWhole } from './queries.ts'
import { effectivePolicy, findLoosened, rightToLoosen, type Section } from './rules.ts'
import { type PolicyOverride, policyOverrideSchema, policySchema, type SavePolicy } from './schema.ts'
import { tellChanges } from './tell-changes.ts'

/** A policy that may be saved as the next version. */
export interface CheckedPolicy {
  input: SavePolicy
  name: string
  version: number
  before: object
  document: PolicyOverride
  loosened: Section[]
  /** The rights that loosening these wants: who opens a way may open it. */
  needs: Action[]
  /** Every change in words, what loosens first. */
  lines: string[]
  /** Whom it lets more in for, or with less proof: the devices of its clients, where a section is loosened. */
  reach: Reach[]
}

/** *Not found*, `conflict` when somebody saved a newer version meanwhile, `invalid` when standard and sections together are no policy. */
export async function checkPolicy(tx: Tx, ctx: Context, input: SavePolicy): Promise<CheckedPolicy> {
  const client = input.clientId === null ? null : await getClientRow(tx, input.clientId)
  if (!client) requireWhole(ctx, standardIsWhole)
  const inForce = await findPolicyInForce(tx, input.clientId)
  const current = client ? (inForce.overrideVersion ?? 0) : inForce.standardVersion
  if (current !== input.basedOnVersion) throw savedMeanwhile(current)
  const document: PolicyOverride = valid(client ? policyOverrideSchema : policySchema, input.document)
  const after = valid(policySchema, client ? effectivePolicy(inForce.standard, document) : document)
  const loosened = findLoosened(inForce.policy, after)
  return {
    input,
    name: client ? `Policy of ${client.name}` : 'Standard policy',
    version: current + 1,
    before: client ? (inForce.override ?? {}) : inForce.standard,
    document,
    loosened,
    needs: [...new Set(loosened.map(rightToLoosen))],
    lines: tellChanges(inForce.policy, after, loosened),
    reach: loosened.length > 0 ? await findScope(tx, input.clientId) : [],
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

/** `invalid`, in the schema's words. */
function valid<T>(schema: z.ZodType<T>, document: unknown): T {
  const parsed = schema.safeParse(document)
  if (parsed.success) return parsed.data
  throw new DomainError('invalid', parsed.error.issues.map((issue) => issue.message).join('; '))
}

const savedMeanwhile = (version: number) =>
  new DomainError('conflict', `Version ${version} was saved meanwhile. Load it, then make your change again.`)
