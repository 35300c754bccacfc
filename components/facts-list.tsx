import type { ReactNode } from 'react'
import { cn } from './cn'

export type Fact = { label: ReactNode; value: ReactNode; isMono?: boolean }

/** Names and values, one line each. `isPair` sets the values beside the names instead of at the right edge. */
export function FactsList({
  facts,
  isPair = false,
  className,
}: {
  facts: readonly Fact[]
  isPair?: boolean
  className?: string
}) {
  return (
    <dl className={cn('flex flex-col gap-1.5 text-body', className)}>
      {facts.map((fact, index) => (
        <div
          // biome-ignore lint/suspicious/noArrayIndexKey: facts keep their order and their names may be nodes
          key={index}
          className={cn(
            'gap-x-4',
            isPair ? 'grid gap-x-2 grid-cols-[auto_minmax(0,1fr)] [&>dt]:w-24' : 'flex justify-between gap-x-4',
          )}
        >
          <dt className="shrink-0 text-text-3">{fact.label}</dt>
          <dd
            className={cn('min-w-0 text-pretty break-words text-text', !isPair && 'text-right', fact.isMono && 'mono')}
          >
            {fact.value}
          </dd>
        </div>
      ))}
    </dl>
  )
}
