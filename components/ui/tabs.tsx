'use client'
import { Link } from '../link'
import { type ReactNode, useEffect, useRef } from 'react'
import { cn } from '../cn'

// The line is a shadow: a border would lie outside what scrolls and could not be covered by the current tab's.
export const tabListStyle = 'flex gap-5 overflow-x-auto shadow-[inset_0_-1px_0_var(--line)]'

/** A tab is 36 high; the current one has an ink line below it. */
export function tabStyle(isCurrent: boolean): string {
  return cn(
    'inline-flex h-9 shrink-0 items-center gap-1.5 whitespace-nowrap border-b-2 text-body transition-colors -outline-offset-2 max-wide:h-11',
    isCurrent ? 'border-text font-key text-text' : 'border-transparent text-text-2 hover:text-text',
  )
}

export type TabLink = { label: ReactNode; count?: string; href: string; isCurrent: boolean }

/** Filters or places as tabs with counts; each is a link, so the choice is in the address. */
export function TabLinks({ tabs, label, className }: { tabs: readonly TabLink[]; label: string; className?: string }) {
  const list = useRef<HTMLElement>(null)
  const current = tabs.findIndex((tab) => tab.isCurrent)
  // Where the tabs do not fit, the current one may lie out of sight.
  useEffect(() => {
    const tab = list.current?.children.item(current)
    if (!list.current || !(tab instanceof HTMLElement)) return
    const isHidden = tab.offsetLeft + tab.offsetWidth > list.current.offsetLeft + list.current.clientWidth
    if (isHidden) list.current.scrollLeft = tab.offsetLeft - list.current.offsetLeft
  }, [current])
  return (
    <nav ref={list} aria-label={label} className={cn(tabListStyle, className)}>
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
