import type { ReactNode } from 'react'

/** A key on the keyboard. */
export function KeyCap({ children }: { children: ReactNode }) {
  return (
    <kbd className="inline-flex h-4 min-w-4 items-center justify-center rounded-tag border border-line bg-well px-1 font-medium font-sans text-axis text-text-3 tracking-normal">
      {children}
    </kbd>
  )
}
