import type { ReactNode } from 'react'
import { cn } from './cn'
import { DisabledReason } from './ui/disabled-reason'

type PageHeaderProps = {
  /** The one h1 of the page. */
  title: ReactNode
  /** The title was named by a machine (a host name). */
  isMono?: boolean
  /** A line above the title: state, id, version, date. */
  over?: ReactNode
  /** A line or two below the title: the answer of the page in words. */
  lead?: ReactNode
  /** Below the lead: tags, facts in a row. */
  meta?: ReactNode
  /** Buttons, right; below the lead on narrow screens. */
  actions?: ReactNode
  /** Why one of the actions is closed; give its id to that button as `reasonId`. */
  reason?: { id: string; text: string } | null
  className?: string
}

/** The head of a page: what it answers, and what can be done. */
export function PageHeader({ title, isMono = false, over, lead, meta, actions, reason, className }: PageHeaderProps) {
  return (
    <header className={cn('flex flex-wrap items-start justify-between gap-x-10 gap-y-4 max-wide:block', className)}>
      <div className="min-w-0 max-w-[680px]">
        {over ? <div className="pb-1 text-body text-text-3">{over}</div> : null}
        <h1 className={cn('text-balance font-semibold text-title text-text', isMono && 'mono')}>{title}</h1>
        {lead ? <p className="pt-1 text-lead text-text-2">{lead}</p> : null}
        {meta ? <div className="pt-2">{meta}</div> : null}
      </div>
      {actions ? (
        // The buttons stand beside the title, not beside the line over it.
        <div
          className={cn(
            'flex flex-col items-end gap-2 max-wide:items-stretch max-wide:pt-4',
            over ? 'wide:pt-[25px]' : 'wide:pt-px',
          )}
        >
          <div className="flex flex-wrap items-start gap-2 max-wide:[&>*]:flex-1 max-wide:[&>span]:items-stretch wide:[&>span]:items-end">
            {actions}
          </div>
          {reason ? <DisabledReason id={reason.id}>{reason.text}</DisabledReason> : null}
        </div>
      ) : null}
    </header>
  )
}

/** The dots between the facts of one line: "Seen 2 min ago · Leeds · ring Early". Empty facts are left out. */
export function DottedLine({ facts, className }: { facts: readonly ReactNode[]; className?: string }) {
  const shown = facts.filter((fact) => fact !== null && fact !== undefined && fact !== false && fact !== '')
  return (
    // Each dot stands before its fact; where a fact begins a line, its dot lies left of the edge and is cut off.
    <span className={cn('block [clip-path:inset(-4px_-4px_-4px_-5px)]', className)}>
      <span className="-ml-5 flex flex-wrap items-center gap-y-0.5">
        {shown.map((fact, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the facts of a line keep their order
          <span key={index} className="inline-flex min-w-0 items-center">
            <span aria-hidden className="w-5 shrink-0 text-center text-text-3">
              ·
            </span>
            {fact}
          </span>
        ))}
      </span>
    </span>
  )
}
