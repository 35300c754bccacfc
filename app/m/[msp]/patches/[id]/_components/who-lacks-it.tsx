import { ChevronDown, ChevronRight, TriangleAlert } from 'lucide-react'
import { useState } from 'react'
import { CountCell, NotThere } from '@/components/data-table'
import { formatCount, formatDate, formatDateTime, plural, pluralWord } from '@/components/format'
import { SectionHead } from '@/components/section-head'
import { Status, StatusMark } from '@/components/status-mark'
import { TableHead, TableRow } from '@/components/table-parts'
import { type Column, tableRoles } from '@/components/table-style'
import { Checkbox } from '@/components/ui/checkbox'
import { SearchField } from '@/components/ui/search-field'
import { Select } from '@/components/ui/select'
import { describeStanding } from '../../_components/patch-words'
import { ClientDevices } from './client-devices'
import type { PatchClient, PatchData } from './patch-types'

type WhoLacksItProps = {
  data: PatchData
  timeZone: string
  isTicked: (client: PatchClient) => boolean
  onTick: (clients: readonly PatchClient[], value: boolean) => void
  groups: readonly Group[]
  /** The group that the ticks come from; null when they were made by hand. */
  groupId: string | null
  onGroup: (group: Group) => void
}
interface Group {
  id: string
  name: string
  clientIds: readonly string[]
}

const firstShown = 20

/** The clients whose devices lack it, each opening to its devices; ticked ones are what the buttons act on. */
export function WhoLacksIt({ groups, groupId, onGroup, ...props }: WhoLacksItProps) {
  const { data } = props
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set())
  const [search, setSearch] = useState('')
  const [isWhole, setIsWhole] = useState(false)
  const fitting = data.clients.filter((client) => client.name.toLowerCase().includes(search.trim().toLowerCase()))
  const shown = isWhole || search ? fitting : fitting.slice(0, firstShown)
  const devices = data.clients.reduce((sum, client) => sum + client.devices, 0)
  // A group of which nobody lacks it ticks nothing.
  const lacking = groups.filter((group) => data.clients.some(({ clientId }) => group.clientIds.includes(clientId)))
  const toggle = (clientId: string) => {
    const next = new Set(open)
    if (!next.delete(clientId)) next.add(clientId)
    setOpen(next)
  }
  const columns = columnsOf({ ...props, open, toggle })
  return (
    <section className="flex flex-col">
      <SectionHead
        title="Who lacks it"
        count={`${plural(devices, 'device', 'devices')} at ${plural(data.clients.length, 'client', 'clients')}`}
        isBare
        aside={
          <span className="flex flex-wrap items-center gap-2">
            {lacking.length > 0 ? (
              <Select
                label="Tick the clients of a group"
                placeholder="Tick a group"
                value={groupId ?? ''}
                options={lacking.map(({ id, name }) => ({ value: id, label: name }))}
                onChange={(value) => {
                  const group = lacking.find((one) => one.id === value)
                  if (group) onGroup(group)
                }}
              />
            ) : null}
            {data.clients.length > 5 ? (
              <SearchField label="Client" value={search} onChange={(event) => setSearch(event.target.value)} />
            ) : null}
          </span>
        }
      />
      <table {...tableRoles.table} className="w-full border-collapse text-body text-text-2 max-wide:block">
        <caption className="sr-only">Clients whose devices lack this patch, most devices first</caption>
        <TableHead columns={columns} />
        <tbody {...tableRoles.body} className="max-wide:block">
          {shown.map((client) => [
            <TableRow key={client.clientId} row={client} columns={columns} lines={1} />,
            open.has(client.clientId) ? (
              <ClientDevices key={`${client.clientId} devices`} patchId={data.patch.id} client={client} />
            ) : null,
          ])}
        </tbody>
      </table>
      {shown.length < fitting.length ? (
        <p className="pt-3">
          <button type="button" className="link min-h-6" onClick={() => setIsWhole(true)}>
            Show all {formatCount(fitting.length)} clients
          </button>{' '}
          <span className="text-text-3">{formatCount(fitting.length - shown.length)} more</span>
        </p>
      ) : null}
      {fitting.length === 0 ? <p className="py-4 text-text-3">No client with this name lacks it.</p> : null}
    </section>
  )
}

type ColumnInput = Pick<WhoLacksItProps, 'data' | 'timeZone' | 'isTicked' | 'onTick'> & {
  open: ReadonlySet<string>
  toggle: (clientId: string) => void
}

function columnsOf({ data, timeZone, isTicked, onTick, open, toggle }: ColumnInput): Column<PatchClient>[] {
  const count = data.clients.filter(isTicked).length
  return [
    {
      key: 'tick',
      head: (
        <Checkbox
          ariaLabel="All clients"
          isChecked={count === data.clients.length}
          isMixed={count > 0 && count < data.clients.length}
          onChange={(value) => onTick(data.clients, value)}
        />
      ),
      width: '28px',
      narrow: 'mark',
      cell: (client) => (
        <Checkbox ariaLabel={client.name} isChecked={isTicked(client)} onChange={(value) => onTick([client], value)} />
      ),
    },
    {
      key: 'client',
      head: 'Client',
      isKey: true,
      narrow: 'title',
      cell: (client) => (
        <button
          type="button"
          aria-expanded={open.has(client.clientId)}
          onClick={() => toggle(client.clientId)}
          className="-ml-1 inline-flex min-h-6 items-center gap-1.5 rounded-control py-1 px-1 text-left font-key text-text max-wide:min-h-11"
        >
          {open.has(client.clientId) ? <ChevronDown size={14} aria-hidden /> : <ChevronRight size={14} aria-hidden />}
          {client.name}
        </button>
      ),
    },
    {
      key: 'devices',
      head: 'Devices',
      align: 'right',
      width: '72px',
      narrow: 'trailing',
      cell: (client) => (
        <>
          <CountCell count={formatCount(client.devices)} tone="strong" />
          <span className="text-detail text-text-3 wide:hidden">
            {' '}
            {pluralWord(client.devices, 'device', 'devices')}
          </span>
        </>
      ),
    },
    {
      key: 'due',
      head: 'Due',
      width: '176px',
      className: 'wide:py-1',
      cell: (client) => <ClientDue client={client} now={data.asOf} timeZone={timeZone} />,
    },
    {
      key: 'gets',
      head: 'Get it now',
      align: 'right',
      width: '86px',
      cell: (client) => <CountCell count={formatCount(client.dryRun.devices)} />,
    },
    {
      key: 'opens',
      head: 'Last ring opens',
      width: '128px',
      className: 'whitespace-nowrap',
      cell: (client) => <LastRing client={client} now={data.asOf} timeZone={timeZone} />,
    },
    {
      key: 'standing',
      head: 'Decision',
      width: '204px',
      narrow: 'detail',
      cell: (client) => <ClientStanding client={client} />,
    },
  ]
}

function ClientDue({ client: { due }, now, timeZone }: { client: PatchClient; now: Date; timeZone: string }) {
  if (!due) return <NotThere label="no due date" />
  return (
    <>
      {due.at < now ? (
        <span className="inline-flex items-center gap-1.5 text-fail">
          <StatusMark state="past-due" size={13} label="Past due" />
          since {formatDate(due.at, timeZone, now)}
        </span>
      ) : (
        formatDate(due.at, timeZone, now)
      )}
      <span className="block text-detail text-text-3">{due.rule}</span>
    </>
  )
}

function LastRing({ client, now, timeZone }: { client: PatchClient; now: Date; timeZone: string }) {
  const last = client.dryRun.rings.at(-1)
  if (!last) return <NotThere />
  if (!last.opensAt) return <span className="text-text-3">started by hand</span>
  return <>{last.opensAt <= now ? 'now' : formatDateTime(last.opensAt, timeZone, now)}</>
}

function ClientStanding({ client }: { client: PatchClient }) {
  const { mark, word, tone } = describeStanding(client.standing)
  // A person's no says more than the missing test device.
  const isStopped = client.standing.tallies.every((tally) => tally.state === 'held' || tally.state === 'rejected')
  if (!client.hasTestDevice && !isStopped)
    return (
      <span className="flex items-center gap-2 text-warn">
        <TriangleAlert size={16} aria-hidden />
        No test device
      </span>
    )
  // One client: "at 1 client" would say nothing.
  return (
    <Status
      state={mark}
      word={word.replaceAll(' at 1 client', '').replaceAll(' at 1', '')}
      tone={tone}
      className="flex"
    />
  )
}
