import type { ReactNode } from 'react'

/** One number on a sheet for the board, in a `dl`: its name, the number, what it means. Side by side, or below each other on narrow screens. */
export function SheetFigure({ label, value, children }: { label: string; value: string; children: ReactNode }) {
  return (
    <div className="py-4 wide:border-line wide:[&:not(:first-child)]:border-l wide:[&:not(:first-child)]:pl-5 wide:pr-5 max-wide:border-line max-wide:border-b">
      <dt className="text-detail text-text-3">{label}</dt>
      <dd>
        <span className="block font-semibold text-count">{value}</span>
        <span className="block pt-1 text-detail text-text-2">{children}</span>
      </dd>
    </div>
  )
}
