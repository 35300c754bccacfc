'use client'
import { useMsp } from '@/app/_trpc/client'
import { DataTable, NotThere } from '@/components/data-table'
import { formatAge, formatOf } from '@/components/format'
import { toneText } from '@/components/mark-state'
import { StatusMark } from '@/components/status-mark'
import type { Column } from '@/components/table-style'
import { VirtualTable } from '@/components/virtual-table'
import { paths } from '@/server/paths'
import { itemMark, leadingItem, whatHappened } from './device-words'
import type { DeviceRow, Patch, Rollout } from './view-types'

/** So many patches get a column of their own; more are summed up in one. */
const mostPatchColumns = 4
const mostPlainRows = 100

type DeviceTableProps = {
  rows: readonly DeviceRow[]
  rollout: Rollout
  now: Date
  totalCount?: number
  isSearch: boolean
}

/** Devices with a mark for each patch, when they were seen, and what happened. Above a hundred only what is in view is drawn. */
export function DeviceTable({ rows, rollout, now, totalCount, isSearch }: DeviceTableProps) {
  const { slug } = useMsp()
  const columns = columnsOf(rollout, now)
  const rowHref = (row: DeviceRow) => paths.device(slug, row.id)
  if (rows.length > mostPlainRows)
    return (
      <VirtualTable
        caption="Devices of this rollout"
        columns={columns}
        rows={rows}
        rowKey={(row) => row.id}
        rowHref={rowHref}
        totalCount={totalCount}
      />
    )
  return (
    <DataTable
      caption="Devices of this rollout"
      columns={columns}
      rows={rows}
      rowKey={(row) => row.id}
      rowHref={rowHref}
      empty={isSearch ? 'No device of this tab has that in its host name.' : 'No device here, and that is known.'}
    />
  )
}

function columnsOf(rollout: Rollout, now: Date): Column<DeviceRow>[] {
  const { patches, client } = rollout
  const marks =
    patches.length <= mostPatchColumns ? patches.map((patch) => patchColumn(patch, patches)) : [sumColumn(patches)]
  return [
    {
      key: 'host',
      head: 'Device',
      isKey: true,
      width: '132px',
      narrow: 'title',
      cell: (row) => (
        <span className="flex items-center gap-3">
          <span className="flex wide:hidden">
            <LeadingMark row={row} />
          </span>
          <span className="mono block truncate">{row.hostName}</span>
        </span>
      ),
    },
    { key: 'site', head: 'Site', width: '76px', cell: (row) => <span className="block truncate">{row.site}</span> },
    ...marks,
    {
      key: 'seen',
      head: 'Seen',
      align: 'right',
      width: '68px',
      className: 'whitespace-nowrap',
      cell: (row) => formatAge(row.seenAt, now),
    },
    {
      key: 'what',
      head: 'What happened',
      narrow: 'detail',
      // Below 900 px it stands under the host name, behind the mark.
      className: 'max-wide:pl-7',
      cell: (row) => {
        const { text, tone } = whatHappened(row, client.timeZone, now)
        return (
          <span className={`line-clamp-1 max-wide:line-clamp-2 ${toneText[tone]}`} title={text}>
            {text}
          </span>
        )
      },
    },
  ]
}

function LeadingMark({ row }: { row: DeviceRow }) {
  const item = leadingItem(row)
  if (!item) return <NotThere />
  const { mark, word } = itemMark(item, row)
  return <StatusMark state={mark} label={word} />
}

function patchColumn(patch: Patch, all: readonly Patch[]): Column<DeviceRow> {
  return {
    key: patch.id,
    head: (
      <span className="mono block truncate" title={`${patch.name} ${patch.version}`}>
        {patch.name}
        {all.filter((one) => one.name === patch.name).length > 1 ? ` ${patch.version}` : ''}
      </span>
    ),
    align: 'center',
    width: '76px',
    cell: (row) => {
      const item = row.items.find((one) => one.patchId === patch.id)
      if (!item) return <NotThere label="not planned here" />
      const { mark, word } = itemMark(item, row)
      return <StatusMark state={mark} label={word} />
    },
  }
}

function sumColumn(patches: readonly Patch[]): Column<DeviceRow> {
  return {
    key: 'patches',
    head: `Of ${patches.length} patches`,
    align: 'right',
    width: '120px',
    cell: (row) => (
      <span className="inline-flex items-center gap-2">
        <LeadingMark row={row} />
        {formatOf(row.items.filter((item) => item.state === 'proved').length, row.items.length)} in
      </span>
    ),
  }
}
