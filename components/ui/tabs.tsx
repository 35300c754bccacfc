import Link from 'next/link'
import type { ReactNode } from 'react'
import { cn } from '../cn'

export const tabListStyle = 'flex gap-5 overflow-x-auto border-line border-b'

/** A tab is 36 high; the current one has an ink line below it. */
export function tabStyle(isCurrent: boolean): string {
  return cn(
    '-mb-px inline-flex h-9 shrink-0 items-center gap-1.5 whitespace-nowrap border-b-2 text-body transition-colors -outline-offset-2 max-wide:h-11',
    isCurrent ? 'border-text font-key text-text' : 'border-transparent text-text-2 hover:text-text',
  )
}

export type TabLink = { label: ReactNode; count?: string; href: string; isCurrent: boolean }

/** Filters or places as tabs with counts; each is a link, so the choice is in the address. */
export function TabLinks({ tabs, label, className }: { tabs: readonly TabLink[]; label: string; className?: string }) {
  return (
    <nav aria-label={label} className={cn(tabListStyle, className)}>
      {tabs.map((tab) => (
        <Link
          key={tab.href}
          href={tab.href}
          aria-current={tab.isCurrent ? 'page' : undefined}
          className={tabStyle(tab.isCurrent)}
        >
          {tab.label}
          {tab.count ? <span className="font-normal text-text-3">{tab.count}</span> : null}
        </Link>
      ))}
    </nav>
  )
}
