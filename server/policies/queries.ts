import { and, asc, count, desc, eq, isNull, sql } from 'drizzle-orm'
import { devices } from '../../db/schema/devices.ts'
import { policies } from '../../db/schema/policies.ts'
import { rollouts } from '../../db/schema/rollouts.ts'
import { clients, msps } from '../../db/schema/tenancy.ts'
import { read, type Tx } from '../access.ts'
import { type Can, no, wholeCan, yes } from '../can.ts'
import { getClientRow } from '../clients/queries.ts'
import type { Context } from '../context.ts'
import { findRulePacks, keyOfRow } from '../due-dates/queries.ts'
import { commonZone } from '../navigation/rules.ts'
import { type Action, missingPermission } from '../permissions.ts'
import { findLimit, hasSecondPerson } from '../proposals/ask-second-person.ts'
import { countDevices, type Reach, scopeOf, whyWide } from '../proposals/rules.ts'
import { coverScope } from '../proposals/widen-reach.ts'
import { effectivePolicy, rightToLoosen, sectionsOf, standardPolicy, testTags, versionLabel } from './rules.ts'
import { type GetPolicy, type Policy, type PolicyOverride, policyOverrideSchema } from './schema.ts'
import { storedOverride, storedPolicy } from './stored-policy.ts'

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
  const standard = standardRow ? storedPolicy(standardRow.document) : standardPolicy
  const override = overrideRow ? storedOverride(overrideRow.document, standard) : null
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

const rolloutsShown = 5

/** Everything the policy editor shows: the policy, what it inherits, and what a change would leave alone. */
export function getPolicyPage(ctx: Context, input: GetPolicy) {
  return read(ctx, 'policy:read', async (tx) => {
    const client = input.clientId === null ? null : await getClientRow(tx, input.clientId)
    const inForce = await findPolicyInForce(tx, input.clientId)
    const [msp] = await tx.select({ name: msps.name }).from(msps)
    const version = client ? (inForce.overrideVersion ?? 0) : inForce.standardVersion
    const ofClient = client ? eq(rollouts.clientId, client.id) : undefined
    const running = await tx
      .select({ id: rollouts.id, number: rollouts.number, policyVersion: rollouts.policyVersion })
      .from(rollouts)
      .where(and(eq(rollouts.state, 'running'), ofClient))
      .orderBy(desc(rollouts.startedAt))
      .limit(rolloutsShown)
    const [runningCount] = await tx
      .select({ rows: count() })
      .from(rollouts)
      .where(and(eq(rollouts.state, 'running'), ofClient))
    const zones = client ? [client.timeZone] : await findZones(tx)
    return {
      asOf: ctx.now,
      client: client && { id: client.id, name: client.name },
      standardName: `${msp?.name ?? 'MSP'} standard`,
      zone: commonZone(zones),
      ...inForce,
      version,
      running: { rows: running, count: runningCount?.rows ?? 0 },
      fleet: client ? await countRings(tx, client.id, inForce.policy) : null,
      /** What the client is held to beside the due days: `packKey` of each. */
      rulePacks: client ? (await findRulePacks(tx, client.id)).map(keyOfRow) : [],
      canSave: maySave(ctx, client !== null),
      loosening: await findLoosening(tx, ctx, input.clientId),
    }
  })
}

/** The devices that a policy is for, by client; `clientId` null: of every client. */
export function findScope(tx: Tx, clientId: string | null): Promise<Reach[]> {
  return tx
    .select({ clientId: devices.clientId, devices: sql<number>`count(*)::int` })
    .from(devices)
    .where(and(isNull(devices.retiredAt), clientId ? eq(devices.clientId, clientId) : undefined))
    .groupBy(devices.clientId)
}

/** What a change that loosens a section (`findLoosened`) would meet: whom it reaches, a second person or not, and which rights are missing. */
async function findLoosening(tx: Tx, ctx: Context, clientId: string | null) {
  const reach = await coverScope(tx, await findScope(tx, clientId), scopeOf(clientId))
  const refusals: Partial<Record<Action, string>> = {}
  for (const section of sectionsOf(standardPolicy)) {
    const right = rightToLoosen(section)
    if (!ctx.permissions.has(right)) refusals[right] = missingPermission(right)
  }
  const isWide = whyWide(reach, await findLimit(tx)) !== null
  const wide = { action: 'policy:save', needsAllClients: clientId === null }
  const { actor, now } = ctx
  const isAsked =
    isWide && actor.kind !== 'system' && (await hasSecondPerson(tx, { userId: actor.userId, now }, reach, wide))
  return { devices: countDevices(reach), clients: reach.length, isAsked, refusals }
}

async function findZones(tx: Tx): Promise<string[]> {
  const rows = await tx.select({ zone: clients.timeZone }).from(clients).where(isNull(clients.archivedAt))
  return rows.map((row) => row.zone)
}

/** How many devices a client has, and how many of them are picked by hand for the first ring. */
async function countRings(tx: Tx, clientId: string, policy: Policy) {
  const tags = testTags(policy)
  const [row] = await tx
    .select({
      devices: sql<number>`count(*)::int`,
      test: sql<number>`(count(*) filter (where ${devices.tags} && ${`{${tags.map((tag) => JSON.stringify(tag)).join(',')}}`}::text[]))::int`,
    })
    .from(devices)
    .where(and(eq(devices.clientId, clientId), isNull(devices.retiredAt)))
  return row ?? { devices: 0, test: 0 }
}

/** The same answer as the verb gives. */
export function maySave(ctx: Context, isOfClient: boolean): Can {
  if (!ctx.permissions.has('policy:save')) return no(missingPermission('policy:save'))
  return isOfClient ? yes : wholeCan(ctx.clients === 'all', standardIsWhole)
}
/** The standard rules every client. */
export const standardIsWhole = 'change the standard policy'

const sectionNames = policyOverrideSchema.keyof().options

/** The standard, and the clients that set something themselves. */
export function listPolicies(ctx: Context) {
  return read(ctx, 'policy:read', async (tx) => {
    const standard = await findPolicyInForce(tx, null)
    const [msp] = await tx.select({ name: msps.name }).from(msps)
    const visible = await tx
      .select({ id: clients.id, name: clients.name, timeZone: clients.timeZone })
      .from(clients)
      .where(isNull(clients.archivedAt))
      .orderBy(asc(clients.name))
    const newest = await tx
      .selectDistinctOn([policies.clientId])
      .from(policies)
      .orderBy(policies.clientId, desc(policies.version))
    const rowOf = new Map(newest.map((row) => [row.clientId, row]))
    const rows = visible.map((client) => {
      const row = rowOf.get(client.id)
      const override = row ? storedOverride(row.document, standard.policy) : null
      return {
        ...client,
        sections: override ? sectionNames.filter((name) => override[name] !== undefined) : [],
        version: row?.version ?? 0,
        since: row?.createdAt ?? null,
        savedBy: row?.createdBy ?? null,
        isLab: effectivePolicy(standard.policy, override).isLab,
      }
    })
    return {
      asOf: ctx.now,
      zone: commonZone(visible.map((client) => client.timeZone)),
      standardName: `${msp?.name ?? 'MSP'} standard`,
      standard: {
        policy: standard.policy,
        version: standard.standardVersion,
        since: standard.since,
        savedBy: rowOf.get(null)?.createdBy ?? null,
      },
      own: rows.filter((row) => row.sections.length > 0),
      following: rows.filter((row) => row.sections.length === 0),
      canSaveStandard: maySave(ctx, false),
    }
  })
}
