import { useMsp } from '@/app/_trpc/client'
import { CountCell, DataTable } from '@/components/data-table'
import { formatAge, formatCount, formatFullDateTime } from '@/components/format'
import { Link } from '@/components/link'
import { StatusMark } from '@/components/status-mark'
import type { Column } from '@/components/table-style'
import { Button } from '@/components/ui/button'
import type { ListHolds } from '@/server/holds/schema'
import { paths } from '@/server/paths'
import { type HoldLine, liftWords, reachWords, scopeWords, setterWords } from './hold-words'

type HoldsTableProps = {
  holds: readonly HoldLine[]
  state: ListHolds['state']
  now: Date
  timeZone: string
  onLift: (hold: HoldLine) => void
}

/** One page of holds; a row leads to the patch. */
export function HoldsTable({ holds, state, now, timeZone, onLift }: HoldsTableProps) {
  const { slug } = useMsp()
  const input = { msp: slug, now, timeZone, onLift }
  return (
    <DataTable
      caption={state === 'standing' ? 'Standing holds, newest first' : 'Lifted holds, newest first'}
      columns={[...shared(input), ...(state === 'standing' ? standing(input) : lifted(input))]}
      rows={holds}
      rowKey={(hold) => hold.id}
      rowHref={(hold) => paths.patch(slug, hold.patch.id)}
      lines={2}
    />
  )
}

type ColumnInput = { msp: string; now: Date; timeZone: string; onLift: (hold: HoldLine) => void }

const shared = ({ msp, now, timeZone }: ColumnInput): Column<HoldLine>[] => [
  {
    key: 'mark',
    head: 'State',
    isHeadHidden: true,
    width: '16px',
    narrow: 'mark',
    cell: (hold) => <StatusMark state={hold.lifted ? 'event' : 'held'} label={hold.lifted ? 'Lifted' : 'Held'} />,
  },
  {
    key: 'patch',
    head: 'Patch',
    isKey: true,
    width: '13%',
    narrow: 'title',
    className: 'break-words wide:py-1.5',
    cell: ({ patch }) => (
      <span className="mono">
        {patch.name} <span className="font-normal text-text-2">{patch.version}</span>
      </span>
    ),
  },
  {
    key: 'scope',
    head: 'Held for',
    width: '172px',
    cell: (hold) => <span className={hold.client ? undefined : 'font-key text-text'}>{scopeWords(hold)}</span>,
  },
  {
    key: 'why',
    head: 'Set by, and why',
    narrow: 'detail',
    className: 'py-1.5',
    cell: (hold) => (
      <>
        <span className="wide:hidden">{scopeWords(hold)} · </span>
        {hold.rollout ? (
          <Link className="link reach" href={paths.rollout(msp, hold.rollout.id)}>
            {setterWords(hold)}
          </Link>
        ) : (
          <span className="text-text">{setterWords(hold)}</span>
        )}
        <span className="line-clamp-2 break-words text-detail text-text-3">{hold.reason}</span>
        <span className="wide:hidden">
          {formatAge(hold.setAt, now)} · {reachWords(hold)}
        </span>
      </>
    ),
  },
  {
    key: 'since',
    head: 'Since',
    width: '120px',
    className: 'whitespace-nowrap',
    cell: (hold) => <time dateTime={hold.setAt.toISOString()}>{formatFullDateTime(hold.setAt, timeZone, now)}</time>,
  },
]

const standing = ({ onLift }: ColumnInput): Column<HoldLine>[] => [
  {
    key: 'devices',
    head: 'Lack it',
    align: 'right',
    width: '70px',
    cell: (hold) => <CountCell count={formatCount(hold.devices)} tone="strong" />,
  },
  {
    key: 'lifts',
    head: 'What lifts it',
    width: '150px',
    cell: (hold) => <span className="block text-detail text-text-3">{liftWords(hold)}</span>,
  },
  {
    key: 'lift',
    head: 'Lift',
    isHeadHidden: true,
    align: 'right',
    width: '80px',
    narrow: 'trailing',
    cell: (hold) =>
      hold.canLift.can ? (
        <Button size="sm" onClick={() => onLift(hold)}>
          Lift…
          <span className="sr-only">
            {' '}
            {hold.patch.name} {hold.patch.version} for {scopeWords(hold)}
          </span>
        </Button>
      ) : null,
  },
]

const lifted = ({ now, timeZone }: ColumnInput): Column<HoldLine>[] => [
  {
    key: 'lifted',
    head: 'Lifted',
    width: '130px',
    narrow: 'trailing',
    className: 'whitespace-nowrap',
    cell: (hold) =>
      hold.lifted ? (
        <time dateTime={hold.lifted.at.toISOString()}>{formatFullDateTime(hold.lifted.at, timeZone, now)}</time>
      ) : null,
  },
  {
    key: 'by',
    head: 'By, and why',
    width: '24%',
    className: 'py-1.5',
    cell: (hold) =>
      hold.lifted ? (
        <>
          <span className="text-text">{hold.lifted.by}</span>
          <span className="line-clamp-2 break-words text-detail text-text-3">{hold.lifted.reason}</span>
        </>
      ) : null,
  },
]
