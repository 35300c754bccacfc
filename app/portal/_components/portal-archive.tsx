import { formatMonth } from '@/components/format'
import { Link } from '@/components/link'

/** Every month that was sent, by year, folded in under the one that is read. `months`: the newest first. */
export function PortalArchive({ months }: { months: readonly { month: string; href: string; isHere: boolean }[] }) {
  const years = [...Map.groupBy(months, ({ month }) => month.slice(0, 4))]
  return (
    <details className="px-1 text-detail text-text-3 print:hidden">
      <summary className="w-fit">All months</summary>
      <dl className="grid grid-cols-[56px_1fr] gap-x-4 pt-2 text-body">
        {years.map(([year, ofYear]) => (
          <div key={year} className="contents">
            <dt className="py-1.5 font-key text-text">{year}</dt>
            <dd className="flex flex-wrap gap-x-4">
              {ofYear.map(({ month, href, isHere }) => (
                <Link
                  key={month}
                  href={href}
                  aria-current={isHere ? 'page' : undefined}
                  className="link flex min-h-8 items-center aria-[current]:text-text max-wide:min-h-11"
                >
                  {formatMonth(month, 'long')}
                </Link>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </details>
  )
}
