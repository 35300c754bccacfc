import { useMsp } from '@/app/_trpc/client'
import { DataTable } from '@/components/data-table'
import { StatusMark } from '@/components/status-mark'
import type { Column } from '@/components/table-style'
import { Button } from '@/components/ui/button'
import { sayDay } from '@/server/exceptions/rules'
import { paths } from '@/server/paths'
import { type ExceptionLine, keptOffWords, reachWords, standingWords, stateWords } from './exception-words'

/** What a person is about to do to one exception. */
export type Asked = { line: ExceptionLine; verb: 'accept' | 'refuse' | 'end' }

type ExceptionsTableProps = { rows: readonly ExceptionLine[]; now: Date; onAsk: (asked: Asked) => void }

/** One page of exceptions; a row leads to the patch. */
export function ExceptionsTable({ rows, now, onAsk }: ExceptionsTableProps) {
  const { slug } = useMsp()
  return (
    <DataTable
      caption="Exceptions"
      columns={columnsOf(now, onAsk)}
      rows={rows}
      rowKey={(line) => line.id}
      rowHref={(line) => paths.patch(slug, line.patch.id)}
      lines={2}
    />
  )
}

const columnsOf = (now: Date, onAsk: (asked: Asked) => void): Column<ExceptionLine>[] => [
  {
    key: 'mark',
    head: 'State',
    isHeadHidden: true,
    width: '16px',
    narrow: 'mark',
    cell: ({ state }) => <StatusMark state={stateWords[state].mark} label={stateWords[state].word} />,
  },
  {
    key: 'patch',
    head: 'Stays off',
    isKey: true,
    width: '24%',
    narrow: 'title',
    className: 'break-words wide:py-1.5',
    cell: (line) => (
      <>
        <span className="block">{keptOffWords(line)}</span>
        <span className="block font-normal text-detail text-text-2">
          {line.client.name}: {reachWords(line)}
        </span>
      </>
    ),
  },
  {
    key: 'why',
    head: 'Why, and what protects meanwhile',
    narrow: 'detail',
    className: 'py-1.5',
    cell: (line) => (
      <>
        <span className="line-clamp-2 break-words text-text">{line.reason}</span>
        <span className="line-clamp-1 break-words text-detail text-text-3">{line.measure}</span>
        <span className="wide:hidden">
          Until {sayDay(line.lastDay, now)} · {standingWords(line)}
        </span>
      </>
    ),
  },
  {
    key: 'until',
    head: 'Last day',
    width: '128px',
    className: 'whitespace-nowrap',
    cell: (line) => (
      <>
        <time dateTime={line.lastDay}>{sayDay(line.lastDay, now)}</time>
        {line.isEnding ? <span className="block text-detail text-warn">ends soon</span> : null}
      </>
    ),
  },
  {
    key: 'who',
    head: 'Who answers for it',
    width: '21%',
    className: 'py-1.5',
    cell: (line) => (
      <>
        <span className="text-text">{line.owner}</span>
        <span className="line-clamp-2 break-words text-detail text-text-3">{standingWords(line)}</span>
      </>
    ),
  },
  {
    key: 'do',
    head: 'Answer or end',
    isHeadHidden: true,
    align: 'right',
    width: '150px',
    narrow: 'trailing',
    cell: (line) => <Verbs line={line} onAsk={onAsk} />,
  },
]

function Verbs({ line, onAsk }: { line: ExceptionLine; onAsk: (asked: Asked) => void }) {
  const name = <span className="sr-only"> {keptOffWords(line)}</span>
  if (line.canAnswer.can)
    return (
      <span className="inline-flex gap-1.5">
        <Button size="sm" onClick={() => onAsk({ line, verb: 'refuse' })}>
          Refuse…{name}
        </Button>
        <Button size="sm" variant="primary" onClick={() => onAsk({ line, verb: 'accept' })}>
          Accept…{name}
        </Button>
      </span>
    )
  if (!line.canEnd.can) return null
  return (
    <Button size="sm" onClick={() => onAsk({ line, verb: 'end' })}>
      {line.state === 'asked' ? 'Take back…' : 'End…'}
      {name}
    </Button>
  )
}
