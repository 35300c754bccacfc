'use client'
import { useMsp } from '@/app/_trpc/client'
import { CountCell, DataTable, NotThere } from '@/components/data-table'
import { formatAge, formatCount, formatDate, plural, pluralWord } from '@/components/format'
import { StatusMark } from '@/components/status-mark'
import type { Column } from '@/components/table-style'
import type { Outputs } from '@/server/api/root'
import { paths } from '@/server/paths'
import { capital, describeStanding, describeUndo } from './patch-words'

type PatchLine = Outputs['patches']['list']['rows'][number]
type PatchesTableProps = { patches: readonly PatchLine[]; now: Date; timeZone: string; isPast: boolean }

/** One page of patches; a row leads to the patch. */
export function PatchesTable({ patches, now, timeZone, isPast }: PatchesTableProps) {
  const { slug } = useMsp()
  return (
    <DataTable
      caption={isPast ? 'Patches that nobody lacks any more, newest first' : 'Patches that devices lack, newest first'}
      columns={columnsIn(now, timeZone).filter((column) => !isPast || pastColumns.has(column.key))}
      rows={patches}
      rowKey={(patch) => patch.id}
      rowHref={(patch) => paths.patch(slug, patch.id)}
    />
  )
}

const pastColumns = new Set(['name', 'kind', 'severity', 'age'])
const urgent = new Set(['critical', 'important'])

const columnsIn = (now: Date, timeZone: string): Column<PatchLine>[] => [
  {
    key: 'mark',
    head: 'Decision',
    isHeadHidden: true,
    width: '16px',
    narrow: 'mark',
    cell: ({ standing }) => <StatusMark state={describeStanding(standing).mark} />,
  },
  {
    key: 'name',
    head: 'Patch',
    isKey: true,
    narrow: 'title',
    className: 'max-w-0 w-[24%] truncate max-wide:max-w-none max-wide:w-auto',
    cell: ({ name, version }) => (
      <span className="mono">
        {name} <span className="font-normal text-text-2">{version}</span>
      </span>
    ),
  },
  {
    key: 'standing',
    head: 'Decision',
    narrow: 'detail',
    className: 'wide:w-[28%] wide:py-1',
    cell: (patch) => <Decided patch={patch} />,
  },
  {
    key: 'kind',
    head: 'Classification',
    className: 'whitespace-nowrap',
    cell: ({ classification }) => capital(classification),
  },
  {
    key: 'severity',
    head: 'Severity',
    className: 'whitespace-nowrap',
    cell: ({ severity }) => (
      <span className={urgent.has(severity) ? 'font-key text-text' : 'text-text-3'}>{capital(severity)}</span>
    ),
  },
  {
    key: 'devices',
    head: 'Devices',
    align: 'right',
    narrow: 'trailing',
    cell: ({ devices }) => (
      <>
        <CountCell count={formatCount(devices)} tone="strong" />
        <span className="text-detail text-text-3 wide:hidden"> {pluralWord(devices, 'device', 'devices')}</span>
      </>
    ),
  },
  {
    key: 'clients',
    head: 'Clients',
    align: 'right',
    cell: ({ clients }) => <CountCell count={formatCount(clients)} />,
  },
  {
    key: 'due',
    head: 'First due',
    className: 'whitespace-nowrap wide:py-1',
    cell: ({ due }) => <FirstDue due={due} now={now} timeZone={timeZone} />,
  },
  {
    key: 'undo',
    head: 'Can be undone',
    className: 'whitespace-nowrap',
    cell: ({ undo }) => describeUndo(undo) || <NotThere />,
  },
  {
    key: 'age',
    head: 'Age',
    align: 'right',
    className: 'whitespace-nowrap',
    cell: ({ releasedAt, firstSeenAt }) => (
      <>
        <span className="text-detail text-text-3">{releasedAt ? 'released' : 'first seen'}</span>{' '}
        {formatAge(releasedAt ?? firstSeenAt, now)}
      </>
    ),
  },
]

/** The earliest date of all clients that lack it, and on how many devices that is over. */
function FirstDue({ due, now, timeZone }: { due: PatchLine['due']; now: Date; timeZone: string }) {
  if (!due.firstAt) return <NotThere label="no due date" />
  return (
    <>
      {formatDate(due.firstAt, timeZone, now)}
      {due.pastDueDevices > 0 ? (
        <span className="flex items-center gap-1.5 text-detail text-fail">
          <StatusMark state="past-due" size={13} label="Past due" />
          {plural(due.pastDueDevices, 'device', 'devices')}
        </span>
      ) : null}
    </>
  )
}

/** The word beside the mark; on narrow screens with the reach, because the columns are gone. */
function Decided({ patch }: { patch: PatchLine }) {
  const { word, tone, mark } = describeStanding(patch.standing)
  return (
    <>
      <span className={tone === 'warn' ? 'font-key text-warn' : mark === 'held' ? 'text-back' : undefined}>{word}</span>
      <span className="wide:hidden">
        {' '}
        · {plural(patch.clients, 'client', 'clients')} · {patch.severity}
        {patch.due.pastDueDevices > 0 ? <span className="text-fail"> · past due</span> : null}
      </span>
    </>
  )
}
