import { ChevronLeft } from 'lucide-react'
import { Fragment } from 'react'
import { cn } from './cn'
import { Link } from './link'

export type Crumb = { label: string; href?: string; isMono?: boolean }

/** Where one is: the way here as links, the last one is the page itself. */
export function Breadcrumbs({ crumbs }: { crumbs: readonly Crumb[] }) {
  const parent = crumbs[crumbs.length - 2]
  return (
    <nav aria-label="Breadcrumbs" className="min-w-0">
      <ol className="flex min-w-0 items-center gap-2 text-body">
        {parent?.href ? (
          <li className="wide:hidden">
            <Link
              href={parent.href}
              data-back
              aria-label={`Back to ${parent.label}`}
              className="flex size-11 items-center justify-center"
            >
              <ChevronLeft size={20} aria-hidden />
            </Link>
          </li>
        ) : null}
        {crumbs.map((crumb, index) => {
          const isLast = index === crumbs.length - 1
          return (
            <Fragment key={`${crumb.label} ${crumb.href ?? ''}`}>
              {index > 0 ? (
                <li aria-hidden className="text-line-strong max-wide:hidden">
                  /
                </li>
              ) : null}
              <li className={cn('min-w-0 truncate', crumb.isMono && 'mono', !isLast && 'max-wide:hidden')}>
                {isLast || !crumb.href ? (
                  <span
                    aria-current={isLast ? 'page' : undefined}
                    className={isLast ? 'font-key text-text' : 'text-text-3'}
                  >
                    {crumb.label}
                  </span>
                ) : (
                  <Link href={crumb.href} className="inline-flex min-h-6 items-center text-text-3 hover:text-text">
                    {crumb.label}
                  </Link>
                )}
              </li>
            </Fragment>
          )
        })}
      </ol>
    </nav>
  )
}
