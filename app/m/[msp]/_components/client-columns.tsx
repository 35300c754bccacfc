import { CountCell, NotThere } from '@/components/data-table'
import { formatCount, plural } from '@/components/format'
import { StatusMark } from '@/components/status-mark'
import type { Column } from '@/components/table-style'
import type { Outputs } from '@/server/api/root'
import { windowWords } from './client-window'
import { ComplianceCell } from './compliance-cell'
import { LabPolicyMark } from './lab-policy-tag'

type ClientLine = Outputs['overview']['get']['clients']['rows'][number]
type ClientColumns<Row> = Record<
  'mark' | 'name' | 'why' | 'devices' | 'compliance' | 'pastDue' | 'nextWindow',
  Column<Row>
>

/** The order of every list of clients, in words. */
export const clientOrder = 'Order: past due by share of devices, failed, waiting gates, no data'

/** What every list of clients shows of one: how it stands, why, how many, when change may start next. */
export function clientColumns<Row extends ClientLine>(asOf: Date, under?: (row: Row) => string): ClientColumns<Row> {
  return {
    mark: {
      key: 'mark',
      head: 'State',
      isHeadHidden: true,
      width: '16px',
      narrow: 'mark',
      cell: (row) => <StatusMark state={row.risk.mark} />,
    },
    name: {
      key: 'name',
      head: 'Client',
      isKey: true,
      narrow: 'title',
      width: '24%',
      className: 'wide:py-1.5',
      cell: (row) => (
        <span className="block min-w-0">
          <span className="flex items-center gap-x-2 max-[999px]:flex-wrap min-[1000px]:max-[1239px]:min-w-[190px]">
            <span className="min-w-0">{row.name}</span> <LabPolicyMark isLab={row.isLab} />
          </span>
          {under ? (
            <span className="block font-normal text-detail text-text-3 max-wide:hidden">{under(row)}</span>
          ) : null}
        </span>
      ),
    },
    why: {
      key: 'why',
      // Between 900 and 1240 px the room is wanted by the name beside it.
      head: (
        <>
          Why<span className="wide:max-[1239px]:sr-only"> it stands here</span>
        </>
      ),
      narrow: 'detail',
      cell: (row) => (
        <span className={row.risk.mark === 'installed' ? 'text-text-3' : undefined}>
          {row.risk.words}
          {row.counts.devices > 0 ? (
            <span className="text-text-3 wide:hidden"> · {plural(row.counts.devices, 'device', 'devices')}</span>
          ) : null}
        </span>
      ),
    },
    devices: clientCount('devices', 'Devices', (row) => row.counts.devices),
    compliance: {
      key: 'compliance',
      head: 'Compliance',
      align: 'right',
      width: '96px',
      narrow: 'trailing',
      cell: (row) => <ComplianceCell counts={row.counts} />,
    },
    pastDue: clientCount('past-due', 'Past due', (row) => row.counts.pastDue, 'fail'),
    nextWindow: {
      key: 'window',
      head: 'Next window',
      width: '128px',
      className: 'whitespace-nowrap',
      cell: (row) => windowWords(row.nextWindow, row.timeZone, asOf) ?? <NotThere />,
    },
  }
}

/** One more number of a client. */
export function clientCount<Row extends ClientLine>(
  key: string,
  head: string,
  count: (row: Row) => number,
  tone?: 'fail' | 'strong',
): Column<Row> {
  return {
    key,
    head,
    align: 'right',
    width: '76px',
    cell: (row) => <CountCell count={formatCount(count(row))} tone={tone} />,
  }
}
