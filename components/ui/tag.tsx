import { cva } from 'class-variance-authority'
import type { ReactNode } from 'react'
import { cn } from '../cn'

const tagStyle = cva(
  'inline-flex h-[18px] items-center gap-1 whitespace-nowrap rounded-tag border px-1.5 font-medium text-axis',
  {
    variants: {
      tone: {
        plain: 'border-line-strong text-text-2',
        fill: 'border-transparent bg-mute-soft text-text-2',
        fail: 'border-fail-fill text-fail',
        warn: 'border-warn-fill text-warn',
        ok: 'border-ok-fill text-ok',
        back: 'border-back-fill text-back',
        accent: 'border-accent-line text-accent',
      },
    },
    defaultVariants: { tone: 'plain' },
  },
)

type TagTone = 'plain' | 'fill' | 'fail' | 'warn' | 'ok' | 'back' | 'accent'

/** A short property of a thing: classification, severity, undo class. `icon` is a mark of 11 px. */
export function Tag({
  tone,
  icon,
  className,
  children,
}: {
  tone?: TagTone
  icon?: ReactNode
  className?: string
  children: ReactNode
}) {
  return (
    <span className={cn(tagStyle({ tone }), className)}>
      {icon}
      {children}
    </span>
  )
}
