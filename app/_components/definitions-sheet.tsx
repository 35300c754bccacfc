import { formatFullDateTime, formatMonth } from '@/components/format'
import { Link } from '@/components/link'
import type { Outputs } from '@/server/api/root'

type Definition = Outputs['reports']['get']['definitions'][number]
type DefinitionsSheetProps = {
  report: Pick<Outputs['reports']['get'], 'client' | 'month' | 'definitions' | 'countedAt' | 'asOf'>
  /** Where the rows behind a number are; without it nobody is led there, as its client is not. */
  rowsHref?: (rows: Definition['rows']) => string
}

/** Number by number: what it was in this month, how it is reckoned, and the rows that it was counted from. */
export function DefinitionsSheet({ report, rowsHref }: DefinitionsSheetProps) {
  const { client, month, definitions, countedAt, asOf } = report
  return (
    <article className="mx-auto w-full max-w-[860px]">
      <h1 className="text-balance font-semibold text-title">
        How {formatMonth(month)} was counted for {client.name}
      </h1>
      <p className="pt-2 text-text-2 text-why">
        A month is from midnight to midnight in {client.timeZone}. Frozen{' '}
        {formatFullDateTime(countedAt, client.timeZone, asOf)}.{rowsHref ? ' Behind each number are its rows.' : ''}
      </p>
      <dl className="mt-6 border-line-strong border-t">
        {definitions.map(({ name, value, formula, rows }) => (
          <div
            key={name}
            className="grid break-inside-avoid grid-cols-[190px_104px_1fr] gap-x-5 border-line border-b py-3 text-body max-wide:grid-cols-[1fr_auto] max-wide:gap-y-1"
          >
            <dt className="font-key">{name}</dt>
            <dd className="text-right tabular-nums">
              {rowsHref ? (
                <Link href={rowsHref(rows)} className="link reach">
                  {value}
                  <span className="sr-only"> – rows of {name}</span>
                </Link>
              ) : (
                value
              )}
            </dd>
            <dd className="text-text-2 max-wide:col-span-2">{formula}</dd>
          </div>
        ))}
      </dl>
    </article>
  )
}
