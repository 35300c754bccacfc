import { listGroups } from '../client-groups/queries.ts'
import { listArchived } from '../clients/list-archived.ts'
import { listClientRisks } from '../clients/list-client-risks.ts'
import { clientFits, isNamed } from '../clients/rules.ts'
import { parseClientsQuery } from '../clients/schema.ts'
import { listPolicies } from '../policies/queries.ts'
import { listTable, whole } from './list-table.ts'
import { maxCsvRows } from './schema.ts'

type ClientRow = Awaited<ReturnType<typeof listClientRisks>>['rows'][number]
type Archived = Awaited<ReturnType<typeof listArchived>>
type PolicyRow = Awaited<ReturnType<typeof listPolicies>>['own'][number]
interface GroupRow {
  id: string
  name: string
  clientNames: string[]
}

/** Lists of clients and of what holds for them. */
export const clientLists = {
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
      'Next window (UTC)': ({ nextWindow }) => (nextWindow?.isAlways ? 'always' : nextWindow?.opensAt),
      Id: (row) => row.id,
    },
    async (ctx, query) => {
      const { filter, search } = parseClientsQuery(query)
      const { rows } = await listClientRisks(ctx)
      return whole(rows.filter((row) => clientFits[filter](row) && isNamed(row, search)))
    },
  ),
  'client-groups': listTable<GroupRow>(
    {
      Group: (row) => row.name,
      Clients: (row) => row.clientNames,
      Id: (row) => row.id,
    },
    async (ctx) => {
      const { groups, clients } = await listGroups(ctx)
      const nameOf = new Map(clients.map(({ id, name }) => [id, name]))
      return whole(
        groups.map(({ id, name, clientIds }) => ({
          ...{ id, name },
          clientNames: clientIds.flatMap((clientId) => nameOf.get(clientId) ?? []).sort(),
        })),
      )
    },
  ),
  'archived-clients': listTable<Archived['archived'][number]>(
    {
      Client: (row) => row.name,
      'Archived (UTC)': (row) => row.archivedAt,
      'Erased on (UTC)': (row) => row.erasure?.dueAt,
      'Erasure asked for by': (row) => row.erasure?.requestedBy,
      Id: (row) => row.id,
    },
    async (ctx) => whole((await listArchived(ctx, maxCsvRows + 1)).archived),
  ),
  'erased-clients': listTable<Archived['erased'][number]>(
    {
      Client: (row) => row.clientName,
      'Rows erased': (row) => row.rows,
      'Asked for by': (row) => row.requestedBy,
      'Asked for (UTC)': (row) => row.requestedAt,
      Reason: (row) => row.reason,
      'Erased (UTC)': (row) => row.erasedAt,
      Proof: (row) => JSON.stringify(row.proof),
      Id: (row) => row.id,
    },
    async (ctx) => whole((await listArchived(ctx, maxCsvRows + 1)).erased),
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
}
