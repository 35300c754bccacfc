import { useInfiniteQuery } from '@tanstack/react-query'
import { useMsp, useTrpc } from '@/app/_trpc/client'
import { NotThere } from '@/components/data-table'
import { plural } from '@/components/format'
import { Link } from '@/components/link'
import { Status } from '@/components/status-mark'
import { TableRow } from '@/components/table-parts'
import { bodyCellStyle, type Column, rowStyle, tableRoles } from '@/components/table-style'
import type { Outputs } from '@/server/api/root'
import { paths } from '@/server/paths'
import { stateWords } from '../../_components/patch-words'
import type { PatchClient } from './patch-types'

type PatchDevice = Outputs['patches']['devices']['rows'][number]

/** The rows of one opened client, 50 at a time. */
export function ClientDevices({ patchId, client }: { patchId: string; client: PatchClient }) {
  const { slug } = useMsp()
  const trpc = useTrpc()
  const query = useInfiniteQuery(
    trpc.patches.devices.infiniteQueryOptions(
      { patchId, clientId: client.clientId },
      { getNextPageParam: (page) => page.next ?? undefined },
    ),
  )
  const rows = query.data?.pages.flatMap((page) => page.rows) ?? []
  const columns = columnsIn(slug, patchId)
  return (
    <>
      {rows.map((device) => (
        <TableRow key={device.deviceId} row={device} columns={columns} lines={1} tone="child" />
      ))}
      {query.isPending ? <Line>Loading {plural(client.devices, 'device', 'devices')}</Line> : null}
      {query.isError ? <Line>Not loaded: {query.error.message}</Line> : null}
      {query.hasNextPage ? (
        <Line>
          <button type="button" className="link min-h-6" onClick={() => query.fetchNextPage()}>
            {plural(client.devices - rows.length, 'more device', 'more devices')} at this client
          </button>
        </Line>
      ) : null}
    </>
  )
}

function Line({ children }: { children: React.ReactNode }) {
  return (
    <tr {...tableRoles.row} className={rowStyle({ lines: 1, tone: 'child' })}>
      <td {...tableRoles.cell} className="max-wide:hidden" />
      <td
        {...tableRoles.cell}
        colSpan={5}
        className={bodyCellStyle({ narrow: 'title', className: 'text-text-3 wide:pl-8' })}
      >
        {children}
      </td>
    </tr>
  )
}

const columnsIn = (msp: string, patchId: string): Column<PatchDevice>[] => [
  { key: 'tick', head: '', cell: () => null },
  {
    key: 'host',
    head: 'Device',
    isKey: true,
    narrow: 'title',
    className: 'wide:pl-8',
    cell: (device) => <span className="mono font-normal">{device.hostName}</span>,
  },
  { key: 'ring', head: 'Ring', align: 'right', cell: (device) => device.ring ?? <NotThere label="in no ring" /> },
  {
    key: 'from',
    head: 'From',
    align: 'right',
    className: 'whitespace-nowrap',
    cell: (device) => (device.fromVersion ? <span className="mono">{device.fromVersion}</span> : <NotThere />),
  },
  {
    key: 'undo',
    head: 'Undo',
    className: 'whitespace-nowrap',
    cell: (device) => <span title={device.undoReason}>{undoWord[device.undoClass]}</span>,
  },
  {
    key: 'state',
    head: 'Decision',
    narrow: 'detail',
    cell: (device) => (
      <span className="flex items-center justify-between gap-2">
        <DeviceState device={device} />
        <Link href={paths.device(msp, device.deviceId, { patch: patchId })} className="link reach">
          Why<span className="sr-only"> {device.hostName} lacks it</span>
        </Link>
      </span>
    ),
  },
]

const undoWord: Record<PatchDevice['undoClass'], string> = {
  kept: 'Old version kept',
  fetchable: 'Old version fetchable',
  snapshot: 'By snapshot',
  none: 'Cannot be undone',
}

function DeviceState({ device }: { device: PatchDevice }) {
  if (device.rollout) return <Status state="scheduled" word={`In rollout R-${device.rollout.number}`} />
  if (device.status === 'no-data') return <Status state="no-data" />
  const { mark, word, tone } = stateWords[device.state]
  return <Status state={mark} word={word} tone={tone} />
}
