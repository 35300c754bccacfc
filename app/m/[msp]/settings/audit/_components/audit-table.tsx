import { DataTable, NotThere } from '@/components/data-table'
import { FactsList } from '@/components/facts-list'
import { formatDate, formatTimeWithSeconds } from '@/components/format'
import type { Column } from '@/components/table-style'
import { Tag } from '@/components/ui/tag'
import type { Outputs } from '@/server/api/root'
import { actionWord, attemptWord, nameWord, valueWord } from './audit-words'

type AuditRecord = Outputs['audit']['list']['records'][number]
type AuditTableProps = { records: readonly AuditRecord[]; timeZone: string; now: Date }

/** One page of records. A row opens to what it was and what it is. */
export function AuditTable({ records, timeZone, now }: AuditTableProps) {
  return (
    <DataTable
      caption="Records of the audit log, newest first"
      columns={columnsIn(timeZone, now)}
      rows={records}
      rowKey={(record) => String(record.id)}
      lines={2}
    />
  )
}

const columnsIn = (timeZone: string, now: Date): Column<AuditRecord>[] => [
  {
    key: 'at',
    head: 'When',
    width: '150px',
    className: 'whitespace-nowrap align-top pt-2',
    cell: ({ at }) => <When at={at} timeZone={timeZone} now={now} />,
  },
  {
    key: 'what',
    head: 'What',
    isKey: true,
    narrow: 'title',
    className: 'align-top pt-2 pb-0.5 max-wide:py-0',
    cell: (record) => <What record={record} timeZone={timeZone} now={now} />,
  },
  {
    key: 'who',
    head: 'Who',
    width: '160px',
    className: 'align-top pt-2',
    cell: (record) => <Who record={record} />,
  },
  {
    key: 'client',
    head: 'Client',
    width: '170px',
    className: 'align-top pt-2',
    cell: (record) => (
      <span className={record.clientName ? undefined : 'text-text-3'}>{reachOf(record) ?? <NotThere />}</span>
    ),
  },
  {
    key: 'reason',
    head: 'Reason',
    width: '26%',
    className: 'align-top py-2',
    cell: ({ reason }) => (reason ? <span className="break-words">{reason}</span> : <NotThere />),
  },
]

/** A record of the MSP as a whole concerns all clients, unless it is about a person or what they tried. */
const reachOf = ({ clientName, outcome, subjectKind }: AuditRecord) =>
  clientName ??
  (outcome === 'denied' || ['member', 'invitation', 'api-key'].includes(subjectKind) ? null : 'All clients')

function Who({ record }: { record: AuditRecord }) {
  return (
    <>
      <span className="break-words">{record.actorName}</span>
      {record.actorKind === 'api-key' ? <span className="block text-detail text-text-3">API key</span> : null}
    </>
  )
}

type WhenProps = { at: Date; timeZone: string; now: Date }

function When({ at, timeZone, now }: WhenProps) {
  return (
    <time dateTime={at.toISOString()}>{`${formatDate(at, timeZone, now)} ${formatTimeWithSeconds(at, timeZone)}`}</time>
  )
}

function What({ record, timeZone, now }: { record: AuditRecord } & Omit<WhenProps, 'at'>) {
  const changes = Object.entries(record.changes)
  return (
    <div className="min-w-0 font-normal">
      {record.outcome === 'denied' ? (
        <>
          <Tag tone="warn">Denied</Tag>
          <span className="font-key"> {attemptWord(record.action)}</span>
        </>
      ) : (
        <>
          <span className="font-key">{actionWord(record.action)}</span>
          <span className="break-words text-text-2"> {record.subjectName}</span>
        </>
      )}
      <span className="block text-detail text-text-3 wide:hidden">
        <When at={record.at} timeZone={timeZone} now={now} />
        {[record.actorName, record.actorKind === 'api-key' ? 'API key' : null, reachOf(record), record.reason]
          .filter(Boolean)
          .map((fact) => ` · ${fact}`)
          .join('')}
      </span>
      {changes.length > 0 ? (
        <details className="text-detail">
          <summary className="min-h-6 w-fit cursor-pointer text-text-3 hover:text-text max-wide:min-h-11">
            What changed
          </summary>
          <FactsList
            isPair
            className="max-w-[560px] py-1.5 text-detail"
            facts={changes.map(([name, value]) => ({
              label: nameWord(name),
              value: <pre className="mono whitespace-pre-wrap break-words">{valueWord(value)}</pre>,
            }))}
          />
        </details>
      ) : null}
    </div>
  )
}
