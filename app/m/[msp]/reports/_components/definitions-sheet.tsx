import { formatFullDateTime, formatMonth } from '@/components/format'
import { Link } from '@/components/link'
import type { Outputs } from '@/server/api/root'
import { paths } from '@/server/paths'

type Report = Outputs['reports']['get']

/** Number by number: what it was in this month, how it is reckoned, and the rows that it was counted from. */
export function DefinitionsSheet({ report, slug }: { report: Report; slug: string }) {
  const { id, client, month, definitions, countedAt, asOf } = report
  return (
    <article className="mx-auto w-full max-w-[860px]">
      <h1 className="text-balance font-semibold text-title">
        How {formatMonth(month)} was counted for {client.name}
      </h1>
      <p className="pt-2 text-text-2 text-why">
        A month is from midnight to midnight in {client.timeZone}. Frozen{' '}
        {formatFullDateTime(countedAt, client.timeZone, asOf)}. Behind each number are its rows.
      </p>
      <dl className="mt-6 border-line-strong border-t">
        {definitions.map(({ name, value, formula, rows }) => (
          <div
            key={name}
            className="grid break-inside-avoid grid-cols-[190px_104px_1fr] gap-x-5 border-line border-b py-3 text-body max-wide:grid-cols-[1fr_auto] max-wide:gap-y-1"
          >
            <dt className="font-key">{name}</dt>
            <dd className="text-right">
              <Link href={paths.reportRows(slug, id, { number: rows })} className="link reach tabular-nums">
                {value}
                <span className="sr-only"> – rows of {name}</span>
              </Link>
            </dd>
            <dd className="text-text-2 max-wide:col-span-2">{formula}</dd>
          </div>
        ))}
      </dl>
    </article>
  )
}
