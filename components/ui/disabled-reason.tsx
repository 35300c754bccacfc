import { Lock } from 'lucide-react'
import type { ReactNode } from 'react'
import { cn } from '../cn'

/** Says why something is closed: a lock and 12 px text; `id` is what `aria-describedby` points at. */
export function DisabledReason({ id, children, className }: { id?: string; children: ReactNode; className?: string }) {
  return (
    <span id={id} className={cn('inline-flex items-start gap-1.5 text-detail text-text-3', className)}>
      <Lock size={13} aria-hidden className="mt-[1.5px]" />
      <span>{children}</span>
    </span>
  )
}
