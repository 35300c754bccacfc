import type { ReactNode } from 'react'
import { cn } from './cn'

type SectionHeadProps = {
  title: ReactNode
  /** Follows the title at 400 in the third voice: "5 rollouts". */
  count?: ReactNode
  /** On the right: the order of a list, a link to all. */
  aside?: ReactNode
  /** Heading level; 2 unless the section stands inside another. */
  level?: 2 | 3
  /** Without the rule below it, when a table head follows. */
  isBare?: boolean
  id?: string
  className?: string
}

/** The head of a section: name, count, what stands on the right, a strong line below. */
export function SectionHead({ title, count, aside, level = 2, isBare = false, id, className }: SectionHeadProps) {
  const Heading = level === 2 ? 'h2' : 'h3'
  return (
    <div
      className={cn(
        'flex flex-wrap items-center justify-between gap-x-4 gap-y-1 pb-2.5',
        !isBare && 'border-line-strong border-b',
        className,
      )}
    >
      <Heading id={id} className="font-section text-section text-text">
        {title}
        {count ? <span className="pl-2 font-normal text-text-3">{count}</span> : null}
      </Heading>
      {aside ? <div className="text-body text-text-3">{aside}</div> : null}
    </div>
  )
}
