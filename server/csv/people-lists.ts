import { listApiKeys } from '../api-keys/queries.ts'
import { exportAudit } from '../audit/export-audit.ts'
import { parseAuditQuery } from '../audit/schema.ts'
import { listMembers } from '../members/queries.ts'
import { roleNames } from '../members/rules.ts'
import { listProposals } from '../proposals/queries.ts'
import { countDevices } from '../proposals/rules.ts'
import { listTable, whole } from './list-table.ts'
import { maxCsvRows } from './schema.ts'

const pageRows = 1_000

type People = Awaited<ReturnType<typeof listMembers>>
type ProposalRow = Awaited<ReturnType<typeof listProposals>>['ended'][number]
type KeyRow = Awaited<ReturnType<typeof listApiKeys>>['rows'][number]
type AuditRow = Awaited<ReturnType<typeof exportAudit>>['records'][number]

const clientNames = (row: { hasAllClients: boolean; clients: readonly { name: string }[] }) =>
  row.hasAllClients ? 'All clients' : row.clients.map(({ name }) => name)

/** Lists of people, of what acts for them, and of what they asked for and did. */
export const peopleLists = {
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
      Role: (row) => roleNames[row.role],
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
    (ctx, _query, after) => listApiKeys(ctx, { after: after ?? undefined }, pageRows),
  ),
  proposals: listTable<ProposalRow>(
    {
      'What was asked': (row) => row.title,
      State: (row) => row.state,
      Devices: (row) => countDevices(row.reach),
      Clients: (row) => row.reach.map(({ name }) => name),
      'Asked by': (row) => row.proposedByName,
      'Asked (UTC)': (row) => row.proposedAt,
      Reason: (row) => row.reason,
      'Ends (UTC)': (row) => row.expiresAt,
      'Answered by': (row) => row.decidedByName,
      'Answered (UTC)': (row) => row.decidedAt,
      'Reason of the answer': (row) => row.decisionReason,
      Action: (row) => row.action,
      Id: (row) => row.id,
    },
    async (ctx) => {
      const { open, ended } = await listProposals(ctx, maxCsvRows + 1)
      return whole([...open, ...ended])
    },
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
      const { before: _before, after: _after, ...filters } = parseAuditQuery(query)
      const { records, olderThan } = await exportAudit(ctx, filters, after === null ? null : Number(after))
      return { rows: records, next: olderThan === null ? null : String(olderThan) }
    },
  ),
}
