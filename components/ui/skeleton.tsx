import { cn } from '../cn'

/** A still bar of plausible width; shows itself only after 200 ms. */
export function Skeleton({
  width = '100%',
  height = 10,
  className,
}: {
  width?: string
  height?: number
  className?: string
}) {
  return (
    <span
      aria-hidden
      className={cn('visible-after-delay block rounded-tag bg-mute-soft', className)}
      style={{ width, height }}
    />
  )
}

const widths = ['62%', '48%', '71%', '55%', '66%']

/** Rows in the true height while a list is on its way. `label` is what screen readers hear. */
export function SkeletonRows({
  count = 5,
  lines = 1,
  columns = 4,
  label = 'Loading',
}: {
  count?: number
  lines?: 1 | 2
  columns?: number
  label?: string
}) {
  return (
    <div role="status" aria-label={label} className="visible-after-delay">
      {Array.from({ length: count }, (_, row) => (
        <div
          key={row}
          className={cn('grid items-center gap-6 border-line border-b', lines === 1 ? 'h-9' : 'h-12')}
          style={{ gridTemplateColumns: `2fr repeat(${columns - 1}, 1fr)` }}
        >
          {Array.from({ length: columns }, (_, column) => (
            <Skeleton
              key={column}
              width={widths[(row + column) % widths.length]}
              className={column === 0 ? '' : 'justify-self-end'}
            />
          ))}
        </div>
      ))}
    </div>
  )
}
