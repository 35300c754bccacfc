'use client'
import { type ReactNode, useEffect, useRef } from 'react'
import { cn } from './cn'

export type NeedsYouGroup = {
  key: string
  /** When it must be done: "Today", "Can wait until Friday". */
  name: string
  isUrgent?: boolean
  /** NeedsYouRow elements. */
  rows: ReactNode
}

const typing = 'input, textarea, select, [contenteditable], [role=dialog], [role=menu], [role=listbox]'

/** Rows by when they must be done. J and K move the focus between their buttons, Enter opens. */
export function NeedsYouList({ groups }: { groups: readonly NeedsYouGroup[] }) {
  const list = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const step = (event: KeyboardEvent) => {
      if ((event.key !== 'j' && event.key !== 'k') || event.metaKey || event.ctrlKey || event.altKey) return
      if (event.target instanceof Element && event.target.closest(typing)) return
      const actions = [...(list.current?.querySelectorAll<HTMLElement>('[data-needs-you] :is(a, button)') ?? [])]
      const focused = document.activeElement
      const current = focused instanceof HTMLElement ? actions.indexOf(focused) : -1
      const next =
        current === -1 ? 0 : Math.min(actions.length - 1, Math.max(0, current + (event.key === 'j' ? 1 : -1)))
      actions[next]?.focus()
    }
    document.addEventListener('keydown', step)
    return () => document.removeEventListener('keydown', step)
  }, [])
  return (
    <div ref={list}>
      {groups.map((group) => (
        <section key={group.key} className="pt-3">
          <h3 className={cn('font-key text-detail', group.isUrgent ? 'text-fail' : 'text-text-2')}>{group.name}</h3>
          <ul>{group.rows}</ul>
        </section>
      ))}
    </div>
  )
}
