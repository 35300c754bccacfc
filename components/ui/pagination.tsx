import { ChevronLeft, ChevronRight } from 'lucide-react'
import type { ReactNode } from 'react'
import { ButtonLink } from './button-link'

type PaginationProps = {
  /** What is in view: "50 of 4,812 in view". */
  summary: ReactNode
  newerHref?: string | null
  olderHref?: string | null
  newerLabel?: string
  olderLabel?: string
}

/** Pages by key, not by number: back and on. A side without a link is left out. */
export function Pagination({
  summary,
  newerHref,
  olderHref,
  newerLabel = 'Back',
  olderLabel = 'Next',
}: PaginationProps) {
  return (
    <nav aria-label="Pages" className="flex flex-wrap items-center justify-between gap-3 pt-3">
      <span className="text-detail text-text-3">{summary}</span>
      <span className="flex gap-2">
        {newerHref ? (
          <ButtonLink href={newerHref} rel="prev" icon={<ChevronLeft size={14} aria-hidden />}>
            {newerLabel}
          </ButtonLink>
        ) : null}
        {olderHref ? (
          <ButtonLink href={olderHref} rel="next">
            {olderLabel}
            <ChevronRight size={14} aria-hidden />
          </ButtonLink>
        ) : null}
      </span>
    </nav>
  )
}
