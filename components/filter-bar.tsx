import type { ReactNode } from 'react'
import { type TabLink, TabLinks } from './ui/tabs'

type FilterBarProps = {
  /** What the tabs choose between: "Which devices". */
  label: string
  tabs: readonly TabLink[]
  /** Search and selects, right of the tabs; below them when there is no room. */
  children?: ReactNode
}

/** Above a table: tabs with counts, then search and selects, on one line that reaches from edge to edge. */
export function FilterBar({ label, tabs, children }: FilterBarProps) {
  return (
    <div className="flex flex-col gap-2 min-[1200px]:flex-row min-[1200px]:items-end min-[1200px]:justify-between min-[1200px]:gap-6 min-[1200px]:shadow-[inset_0_-1px_0_var(--line)]">
      <TabLinks label={label} tabs={tabs} className="min-w-0 max-w-full min-[1200px]:shadow-none" />
      {children ? (
        <div className="flex shrink-0 flex-wrap gap-2 max-wide:shrink min-[1200px]:pb-2">{children}</div>
      ) : null}
    </div>
  )
}
