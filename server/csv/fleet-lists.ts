import { listDevices } from '../devices/list-devices.ts'
import { parseDevicesQuery } from '../devices/schema.ts'
import { listEnrolmentTokens } from '../enrolment/queries.ts'
import { parseTokensQuery } from '../enrolment/schema.ts'
import { listHolds } from '../holds/queries.ts'
import { parseHoldsQuery } from '../holds/schema.ts'
import { listPatches } from '../patches/list-patches.ts'
import { parsePatchesQuery } from '../patches/schema.ts'
import { listRollouts } from '../rollouts/list-rollouts.ts'
import { parseRolloutsQuery } from '../rollouts/schema.ts'
import { listTable } from './list-table.ts'

const pageRows = 1_000
const patchRows = 5_000

type DeviceRow = Awaited<ReturnType<typeof listDevices>>['rows'][number]
type PatchRow = Awaited<ReturnType<typeof listPatches>>['rows'][number]
type RolloutRow = Awaited<ReturnType<typeof listRollouts>>['rows'][number]
type HoldRow = Awaited<ReturnType<typeof listHolds>>['rows'][number]
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
