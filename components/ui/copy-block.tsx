import type { ReactNode } from 'react'
import { cn } from '../cn'
import { CopyButton } from './copy-button'

type CopyBlockProps = {
  /** What lands on the clipboard, and what is shown unless `shown` is given. */
  text: string
  /** The same with emphasis on the parts that matter. */
  shown?: ReactNode
  /** A line below: until when it works, for whom. */
  foot?: ReactNode
  copyLabel?: string
  /** A secret or a hash: broken where the line ends, not at its hyphens. */
  isOneWord?: boolean
  className?: string
}

/** A command ready to copy. */
export function CopyBlock({ text, shown, foot, copyLabel, isOneWord = false, className }: CopyBlockProps) {
  return (
    <div className={cn('overflow-hidden rounded-panel border border-line-strong', className)}>
      <div className="flex items-start justify-between gap-4 bg-well px-4 py-3.5 max-wide:flex-col">
        <pre
          className={cn(
            'mono min-w-0 wrap-anywhere wide:pt-1 whitespace-pre-wrap text-body text-text leading-[22px]',
            isOneWord && 'break-all',
          )}
        >
          {shown ?? text}
        </pre>
        <CopyButton text={text} label={copyLabel} variant="primary" />
      </div>
      {foot ? (
        <div className="flex flex-wrap items-center gap-x-6 gap-y-1 border-line border-t px-4 py-2 text-detail text-text-2">
          {foot}
        </div>
      ) : null}
    </div>
  )
}
