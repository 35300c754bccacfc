import { listDevices } from '../devices/list-devices.ts'
import { parseDevicesQuery } from '../devices/schema.ts'
import { listEnrolmentTokens } from '../enrolment/queries.ts'
import { parseTokensQuery } from '../enrolment/schema.ts'
import { notFound } from '../errors.ts'
import { listExceptions } from '../exceptions/queries.ts'
import { sayReach } from '../exceptions/rules.ts'
import { parseExceptionsQuery } from '../exceptions/schema.ts'
import { listHolds } from '../holds/queries.ts'
import { parseHoldsQuery } from '../holds/schema.ts'
import { listPatches } from '../patches/list-patches.ts'
import { parsePatchesQuery } from '../patches/schema.ts'
import { listReportRows } from '../report-rows/list-report-rows.ts'
import { listReportRowsSchema, parseRowsQuery } from '../report-rows/schema.ts'
import { listReports } from '../reports/queries.ts'
import { parseReportsQuery } from '../reports/schema.ts'
import { listRollouts } from '../rollouts/list-rollouts.ts'
import { parseRolloutsQuery } from '../rollouts/schema.ts'
import { listTable } from './list-table.ts'

const pageRows = 1_000
const patchRows = 5_000

type DeviceRow = Awaited<ReturnType<typeof listDevices>>['rows'][number]
type PatchRow = Awaited<ReturnType<typeof listPatches>>['rows'][number]
type RolloutRow = Awaited<ReturnType<typeof listRollouts>>['rows'][number]
type HoldRow = Awaited<ReturnType<typeof listHolds>>['rows'][number]
type ExceptionRow = Awaited<ReturnType<typeof listExceptions>>['rows'][number]
type ReportRow = Awaited<ReturnType<typeof listReports>>['rows'][number]
type ReportRowLine = Awaited<ReturnType<typeof listReportRows>>['rows'][number]
type TokenRow = Awaited<ReturnType<typeof listEnrolmentTokens>>['rows'][number]

/** Lists of devices and of what is done to them. */
export const fleetLists = {
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
      const page = await listDevices(ctx, input, pageRows)
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
      'First due (UTC)': (row) => row.due.firstAt,
      'Devices past due': (row) => row.due.pastDueDevices,
      'Clients past due': (row) => row.due.pastDueClients,
      'Released (UTC)': (row) => row.releasedAt,
      'First seen (UTC)': (row) => row.firstSeenAt,
      Id: (row) => row.id,
    },
    async (ctx, query, after) => {
      // The filter that held for the first page holds for all.
      const [pinned, cursor] = after?.split(' ') ?? []
      const input = {
        ...parsePatchesQuery(pinned ? { ...query, filter: pinned } : query),
        before: undefined,
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
    (ctx, query, after) => listRollouts(ctx, { ...parseRolloutsQuery(query), after: after ?? undefined }),
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
    (ctx, query, after) => listHolds(ctx, { ...parseHoldsQuery(query), after: after ?? undefined }),
  ),
  exceptions: listTable<ExceptionRow>(
    {
      Patch: (row) => row.patch.name,
      Version: (row) => (row.isAllVersions ? 'every version' : row.patch.version),
      Client: (row) => row.client.name,
      'Stays off': (row) => sayReach({ hostName: row.device?.hostName ?? null, tag: row.tag }),
      Computers: (row) => row.computers,
      State: (row) => row.state,
      Reason: (row) => row.reason,
      Owner: (row) => row.owner,
      'Compensating measure': (row) => row.measure,
      'Last day': (row) => row.lastDay,
      'Asked by': (row) => row.asked.by,
      'Asked (UTC)': (row) => row.asked.at,
      'Answered by': (row) => row.answer?.by,
      'Answered (UTC)': (row) => row.answer?.at,
      'Why refused': (row) => (row.answer && !row.answer.isAccepted ? row.answer.reason : null),
      'Ended by': (row) => row.ended?.by,
      'Ended (UTC)': (row) => row.ended?.at,
      'Why ended': (row) => row.ended?.reason,
      Id: (row) => row.id,
    },
    (ctx, query, after) => listExceptions(ctx, { ...parseExceptionsQuery(query), after: after ?? undefined }),
  ),
  reports: listTable<ReportRow>(
    {
      Month: (row) => row.month,
      Client: (row) => row.client.name,
      Revision: (row) => row.revision,
      Computers: (row) => row.computers.all,
      Protected: (row) => row.computers.protected,
      'Past due': (row) => row.computers.late,
      Held: (row) => row.computers.held,
      Excepted: (row) => row.computers.excepted,
      'Waiting for a restart': (row) => row.computers.waitForRestart,
      'No data': (row) => row.computers.noData,
      'Updates installed': (row) => row.installed,
      'Patches taken back': (row) => row.takenBack,
      'Counted (UTC)': (row) => row.countedAt,
      'SHA-256': (row) => row.contentHash,
      Id: (row) => row.id,
    },
    (ctx, query, after) => listReports(ctx, { ...parseReportsQuery(query), after: after ?? undefined }),
  ),
  'report-rows': listTable<ReportRowLine>(
    {
      Device: (row) => row.device.hostName,
      Standing: (row) => row.standing,
      Patch: (row) => row.patch?.name,
      Version: (row) => row.patch?.version,
      Severity: (row) => row.severity,
      'At (UTC)': (row) => row.at,
      Days: (row) => row.days,
      'Due (UTC)': (row) => row.dueAt,
      'In time, or worked': (row) => row.isGood,
      'Device id': (row) => row.device.id,
    },
    (ctx, query, after) => {
      const reportId = listReportRowsSchema.shape.reportId.safeParse(query.report)
      if (!reportId.success) throw notFound('This report')
      return listReportRows(ctx, { ...parseRowsQuery(reportId.data, query), after: Number(after ?? 0) }, patchRows)
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
    (ctx, query, after) =>
      listEnrolmentTokens(ctx, { ...parseTokensQuery(query), after: after ?? undefined }, pageRows),
  ),
}
