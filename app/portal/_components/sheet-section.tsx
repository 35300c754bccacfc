import { type ReactNode, useId } from 'react'

/** One part of the sheet under its line. */
export function SheetSection({ title, children }: { title: string; children: ReactNode }) {
  const headId = useId()
  return (
    <section aria-labelledby={headId} className="pt-8">
      <h2 id={headId} className="border-line-strong border-b pb-2.5 font-section text-section">
        {title}
      </h2>
      {children}
    </section>
  )
}
