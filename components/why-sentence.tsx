import { ChevronRight } from 'lucide-react'
import type { ReactNode } from 'react'
import { cn } from './cn'
import type { MarkState, Tone } from './mark-state'
import { toneText } from './mark-state'
import { StatusMark } from './status-mark'

export type Rung = {
  name: string
  /** What this rung holds: "none", "client, by the gate". */
  holds?: string
  /** The rung that decides: tinted and bold. */
  decides?: { mark: MarkState; tone: Exclude<Tone, 'text' | 'mute'> }
}

type WhySentenceProps = {
  /** "Why is KB5043080 not on this device?" */
  question: ReactNode
  /** The answer in one sentence; set the deciding fact with DecidingFact. */
  answer: ReactNode
  /** One line: what follows from it. */
  consequence?: ReactNode
  /** One button. */
  action?: ReactNode
  /** From the strongest to the weakest. */
  ladder?: readonly Rung[]
  className?: string
}

const tints = {
  ok: 'bg-ok-soft text-ok',
  warn: 'bg-warn-soft text-warn',
  fail: 'bg-fail-soft text-fail',
  back: 'bg-back-soft text-back',
  accent: 'bg-accent-soft text-accent',
}

/** The one framed block of a page: a question, its answer in a sentence, and the ladder of what decides. */
export function WhySentence({ question, answer, consequence, action, ladder, className }: WhySentenceProps) {
  return (
    <section className={cn('overflow-hidden rounded-panel border border-line-strong', className)}>
      <div className="flex items-center justify-between gap-8 px-5 py-4 max-wide:flex-col max-wide:items-stretch max-wide:gap-4 max-wide:px-4">
        <div className="min-w-0 max-w-[760px]">
          <h2 className="text-detail text-text-3">{question}</h2>
          <p className="pt-1 font-head text-text text-why">{answer}</p>
          {consequence ? <p className="pt-1 text-body text-text-2">{consequence}</p> : null}
        </div>
        {action ? <div className="shrink-0 max-wide:[&>*]:w-full">{action}</div> : null}
      </div>
      {ladder ? (
        <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-1 border-line border-t bg-well px-5 py-1.5 text-detail max-wide:px-4">
          <span className="flex flex-wrap items-center gap-x-1 gap-y-1">
            <span className="pr-2 text-text-3">Decided by</span>
            <ol className="contents">
              {ladder.map((rung, index) => (
                <li key={rung.name} className="inline-flex items-center gap-x-1">
                  <RungSign rung={rung} />
                  {index < ladder.length - 1 ? <ChevronRight size={12} aria-hidden className="text-text-3" /> : null}
                </li>
              ))}
            </ol>
          </span>
          <span className="text-text-3">The leftmost that applies wins</span>
        </div>
      ) : null}
    </section>
  )
}

function RungSign({ rung }: { rung: Rung }) {
  const { name, holds, decides } = rung
  return (
    <span
      aria-current={decides ? 'true' : undefined}
      className={cn(
        'inline-flex min-h-6 items-center gap-1.5 rounded-tag px-1.5 text-text-2',
        decides && tints[decides.tone],
      )}
    >
      {decides ? <StatusMark state={decides.mark} size={14} /> : null}
      <span className={decides ? 'font-section' : undefined}>{name}</span>
      {holds ? <span className={cn('text-axis', !decides && 'text-text-3')}>{holds}</span> : null}
    </span>
  )
}

/** The fact that decides, inside the answer, in its colour. */
export function DecidingFact({ tone, children }: { tone: Tone; children: ReactNode }) {
  return <strong className={cn('font-key', toneText[tone])}>{children}</strong>
}
