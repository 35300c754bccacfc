import type { ReactNode } from 'react'
import { cn } from './cn'
import type { MarkState, Tone } from './mark-state'
import { toneText } from './mark-state'
import { StatusMark } from './status-mark'

type NeedsYouRowProps = {
  mark: MarkState
  /** What happened, in one sentence. */
  sentence: ReactNode
  /** The evidence, one or two lines. */
  evidence?: ReactNode
  /** Time or reach: "1 day over", "4 clients". */
  reach?: ReactNode
  reachTone?: Tone
  /** One button or link that names its object: "See 14". Only the first row of a page has the primary one. */
  action: ReactNode
}

/** One thing that waits for a person. J and K walk through the rows (see NeedsYouList). */
export function NeedsYouRow({ mark, sentence, evidence, reach, reachTone = 'mute', action }: NeedsYouRowProps) {
  return (
    <li
      data-needs-you
      className="grid grid-cols-[16px_minmax(0,1fr)_auto] gap-x-3 border-line border-b py-3 max-wide:grid-cols-[16px_minmax(0,1fr)]"
    >
      <StatusMark state={mark} className="mt-0.5" />
      <div className="min-w-0 max-w-[580px]">
        <p className="font-key text-text">{sentence}</p>
        {evidence ? <p className="pt-0.5 text-text-3">{evidence}</p> : null}
      </div>
      <div className="flex items-center gap-3 self-start max-wide:col-start-2 max-wide:justify-between max-wide:pt-3">
        {reach ? (
          <span className={cn('text-detail', toneText[reachTone], reachTone !== 'mute' && 'font-key')}>{reach}</span>
        ) : (
          <span />
        )}
        {action}
      </div>
    </li>
  )
}
