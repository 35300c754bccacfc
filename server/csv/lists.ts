import { z } from 'zod'
import { listApiKeys } from '../api-keys/queries.ts'
import { exportAudit } from '../audit/export-audit.ts'
import { listAuditSchema } from '../audit/schema.ts'
import { listClientRisks } from '../clients/list-client-risks.ts'
import { listDevices } from '../devices/list-devices.ts'
import { parseDevicesQuery } from '../devices/schema.ts'
import { listEnrolmentTokens } from '../enrolment/queries.ts'
import { listHolds } from '../holds/queries.ts'
import { listHoldsSchema } from '../holds/schema.ts'
import { listMembers } from '../members/queries.ts'
import { roleNames } from '../members/rules.ts'
import { listPatches } from '../patches/list-patches.ts'
import { listPatchesSchema } from '../patches/schema.ts'
import { listPolicies } from '../policies/queries.ts'
import { listRollouts } from '../rollouts/list-rollouts.ts'
import { listRolloutsSchema } from '../rollouts/schema.ts'
import { type CsvList, listTable, pick } from './list-table.ts'
import type { CsvListName } from './schema.ts'

const client = z.uuid()
const deviceRows = 1_000
const patchRows = 5_000
/** A list that its query gives whole. */
const whole = <Row>(rows: readonly Row[]) => ({ rows, next: null })

type DeviceRow = Awaited<ReturnType<typeof listDevices>>['rows'][number]
type PatchRow = Awaited<ReturnType<typeof listPatches>>['rows'][number]
type RolloutRow = Awaited<ReturnType<typeof listRollouts>>['rows'][number]
type HoldRow = Awaited<ReturnType<typeof listHolds>>['rows'][number]
type ClientRow = Awaited<ReturnType<typeof listClientRisks>>['rows'][number]
type PolicyRow = Awaited<ReturnType<typeof listPolicies>>['own'][number]
type TokenRow = Awaited<ReturnType<typeof listEnrolmentTokens>>[number]
type People = Awaited<ReturnType<typeof listMembers>>
type KeyRow = Awaited<ReturnType<typeof listApiKeys>>[number]
type AuditRow = Awaited<ReturnType<typeof exportAudit>>['records'][number]

const clientFits: Record<string, (row: ClientRow) => boolean> = {
  'needs-you': (row) => row.risk.needsPerson,
  'in-flight': (row) => row.rollout !== null,
  'own-policy': (row) => row.hasOwnPolicy,
  'no-devices': (row) => row.counts.devices === 0,
}
const clientNames = (row: { hasAllClients: boolean; clients: readonly { name: string }[] }) =>
  row.hasAllClients ? 'All clients' : row.clients.map(({ name }) => name)

/** Every list of the console as CSV: its columns, its permission and visibility by its own query, the filters of its page's address. */
export const csvLists: Record<CsvListName, CsvList> = {
  devices: listTable<DeviceRow>(
    {
      Device: (row) => row.hostName,
      State: (row) => row.word,
      Client: (row) => row.clientName,
      Site: (row) => row.siteName,
      Ring: (row) => row.ringName,
      'Operating system': (row) => row.osName,
      'Missing patches': (row) => row.missingCount,
      'Failed patches': (row) => row.failedCount,
      'Pending reboot': (row) => row.isRebootPending,
      'Past due': (row) => row.isPastDue,
      Agent: (row) => row.agentVersion,
      'Last seen (UTC)': (row) => row.lastSeenAt,
      Id: (row) => row.id,
    },
    async (ctx, query, after) => {
      const input = { ...parseDevicesQuery(query), before: undefined, after: after ?? undefined }
      const page = await listDevices(ctx, input, deviceRows)
      return { rows: page.rows, next: page.afterId }
    },
  ),
  patches: listTable<PatchRow>(
    {
      Patch: (row) => row.name,
      Version: (row) => row.version,
      Classification: (row) => row.classification,
      Severity: (row) => row.severity,
      Decision: (row) => row.standing.state,
      'Devices that lack it': (row) => row.devices,
      Clients: (row) => row.clients,
      'Released (UTC)': (row) => row.releasedAt,
      'First seen (UTC)': (row) => row.firstSeenAt,
      Id: (row) => row.id,
    },
    async (ctx, { filter, search, classification }, after) => {
      const { shape } = listPatchesSchema
      // The filter that held for the first page holds for all.
      const [pinned, cursor] = after?.split(' ') ?? []
      const input = {
        filter: pick(shape.filter, pinned ?? filter),
        search: pick(shape.search, search) ?? '',
        classification: pick(shape.classification, classification),
        after: cursor,
      }
      const page = await listPatches(ctx, input, patchRows)
      return { rows: page.rows, next: page.older && `${page.filter} ${page.older}` }
    },
  ),
  rollouts: listTable<RolloutRow>(
    {
      Number: (row) => row.number,
      Title: (row) => row.title,
      Client: (row) => row.client.name,
      State: (row) => row.words.short,
      'How it stands': (row) => row.words.sentence,
      'Started (UTC)': (row) => row.startedAt,
      'Started by': (row) => row.startedBy,
      'Patches taken back': (row) => row.takenBack,
      Rings: (row) => row.rings.map((ring) => ring.name),
      Id: (row) => row.id,
    },
    async (ctx, query, after) => {
      const input = listRolloutsSchema.parse({ clientId: pick(client, query.client), after: after ?? undefined })
      return listRollouts(ctx, input)
    },
  ),
  holds: listTable<HoldRow>(
    {
      Patch: (row) => row.patch.name,
      Version: (row) => row.patch.version,
      Client: (row) => row.client?.name ?? 'All clients',
      'Set by': (row) => row.setBy,
      Source: (row) => row.source,
      'Set (UTC)': (row) => row.setAt,
      Reason: (row) => row.reason,
      Rollout: (row) => row.rollout?.number,
      'Devices that lack it': (row) => row.devices,
      'Lifted (UTC)': (row) => row.lifted?.at,
      'Lifted by': (row) => row.lifted?.by,
      'Why lifted': (row) => row.lifted?.reason,
      Id: (row) => row.id,
    },
    async (ctx, query, after) => {
      const state = pick(listHoldsSchema.shape.state, query.state) ?? 'standing'
      return listHolds(ctx, { state, clientId: pick(client, query.client), after: after ?? undefined })
    },
  ),
  clients: listTable<ClientRow>(
    {
      Client: (row) => row.name,
      'How it stands': (row) => row.risk.words,
      Devices: (row) => row.counts.devices,
      Compliant: (row) => row.counts.compliant,
      'Past due': (row) => row.counts.pastDue,
      Failed: (row) => row.counts.failed,
      'Pending reboot': (row) => row.counts.rebootPending,
      Silent: (row) => row.counts.silent,
      'No data': (row) => row.counts.noData,
      Sites: (row) => row.sites,
      'Time zone': (row) => row.timeZone,
      'Own policy': (row) => row.hasOwnPolicy,
      'Next window (UTC)': (row) => row.nextWindow?.opensAt,
      Id: (row) => row.id,
    },
    async (ctx, { filter = '', search = '' }) => {
      const { rows } = await listClientRisks(ctx)
      const fits = clientFits[filter] ?? (() => true)
      return whole(rows.filter((row) => fits(row) && row.name.toLowerCase().includes(search.trim().toLowerCase())))
    },
  ),
  policies: listTable<Omit<PolicyRow, 'version'> & { version: number | null }>(
    {
      Client: (row) => row.name,
      'Set here': (row) => row.sections,
      Version: (row) => row.version,
      'Since (UTC)': (row) => row.since,
      'Saved by': (row) => row.savedBy,
      'Lab policy': (row) => row.isLab,
      'Time zone': (row) => row.timeZone,
      Id: (row) => row.id,
    },
    async (ctx) => {
      const { own, following } = await listPolicies(ctx)
      return whole([...own, ...following.map((row) => ({ ...row, version: null }))])
    },
  ),
  'enrolment-tokens': listTable<TokenRow>(
    {
      Client: (row) => row.clientName,
      Site: (row) => row.siteName,
      State: (row) => row.state,
      'Uses left': (row) => row.usesLeft,
      Tags: (row) => row.tags,
      'Made (UTC)': (row) => row.createdAt,
      'Made by': (row) => row.createdBy,
      'Ends (UTC)': (row) => row.expiresAt,
      'Revoked (UTC)': (row) => row.revokedAt,
      Id: (row) => row.id,
    },
    async (ctx, query) => whole(await listEnrolmentTokens(ctx, { clientId: pick(client, query.client) })),
  ),
  members: listTable<People['people'][number]>(
    {
      Name: (row) => row.name,
      'E-mail': (row) => row.email,
      Role: (row) => roleNames[row.role],
      Clients: clientNames,
      'Since (UTC)': (row) => row.createdAt,
      'Suspended (UTC)': (row) => row.suspendedAt,
    },
    async (ctx) => whole((await listMembers(ctx)).people),
  ),
  invitations: listTable<People['invitations'][number]>(
    {
      Name: (row) => row.name,
      'E-mail': (row) => row.email,
      Role: (row) => row.role,
      Clients: clientNames,
      State: (row) => row.state,
      'Invited by': (row) => row.invitedByName,
      'Sent (UTC)': (row) => row.sentAt,
      'Ends (UTC)': (row) => row.expiresAt,
    },
    async (ctx) => whole((await listMembers(ctx)).invitations),
  ),
  'api-keys': listTable<KeyRow>(
    {
      Name: (row) => row.name,
      Begins: (row) => row.prefix,
      Person: (row) => row.personName,
      State: (row) => row.state,
      Actions: (row) => row.actions,
      Clients: (row) => (row.hasAllClients ? 'All clients' : row.clientNames),
      'Made (UTC)': (row) => row.createdAt,
      'Ends (UTC)': (row) => row.expiresAt,
      'Last used (UTC)': (row) => row.lastUsedAt,
      'Revoked (UTC)': (row) => row.revokedAt,
    },
    async (ctx) => whole(await listApiKeys(ctx)),
  ),
  audit: listTable<AuditRow>(
    {
      'Time (UTC)': (row) => row.at,
      Actor: (row) => row.actorName,
      'Kind of actor': (row) => row.actorKind,
      Action: (row) => row.action,
      Outcome: (row) => row.outcome,
      Subject: (row) => row.subjectName,
      'Kind of subject': (row) => row.subjectKind,
      Client: (row) => row.clientName,
      Reason: (row) => row.reason,
      Changes: (row) => JSON.stringify(row.changes),
      Id: (row) => row.id,
    },
    async (ctx, query, after) => {
      const { shape } = listAuditSchema
      const input = {
        clientId: pick(client, query.client),
        actor: pick(shape.actor, query.actor),
        action: pick(shape.action, query.action),
        outcome: pick(shape.outcome, query.outcome),
      }
      const { records, olderThan } = await exportAudit(ctx, input, after === null ? null : Number(after))
      return { rows: records, next: olderThan === null ? null : String(olderThan) }
    },
  ),
}
