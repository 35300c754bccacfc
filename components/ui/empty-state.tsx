import type { ReactNode } from 'react'
import { cn } from '../cn'
import { SectionHead } from '../section-head'

export type NextStep = { title: string; when?: string; text: ReactNode }

type EmptyStateProps = {
  /** What is missing and where: "No devices yet at Tidewell Physio". */
  title: ReactNode
  /** The one thing to do, in words. */
  lead?: ReactNode
  /** The one thing to do, ready: a copy block or a button. */
  children?: ReactNode
  /** What happens then, in order. */
  steps?: readonly NextStep[]
  /** The head over `steps`. With a head of your own they are ways beside each other, and not numbered. */
  stepsTitle?: string
  /** Under the steps: what does not happen. */
  stepsFoot?: ReactNode
  /** Heading level of the title; 1 when it is the page's own head. */
  level?: 1 | 2
}

/** Nothing there yet: says what is missing, gives the one thing to do, and tells what happens then. No drawing. */
export function EmptyState({ title, lead, children, steps, stepsTitle, stepsFoot, level = 2 }: EmptyStateProps) {
  const Heading = level === 1 ? 'h1' : 'h2'
  const List = stepsTitle ? 'ul' : 'ol'
  return (
    <div
      className={cn('grid gap-x-10 gap-y-8 min-[1100px]:grid-cols-[minmax(0,1fr)_320px]', level === 2 && 'pt-3')}
    >
      <div className="min-w-0">
        <Heading className={level === 1 ? 'font-semibold text-title' : 'font-key text-why'}>{title}</Heading>
        {lead ? <p className="max-w-[600px] pt-1 text-lead text-text-2">{lead}</p> : null}
        {children ? <div className="pt-5">{children}</div> : null}
      </div>
      {steps ? (
        <section className="min-w-0">
          <SectionHead title={stepsTitle ?? 'What happens then'} level={level === 1 ? 2 : 3} />
          <List>
            {steps.map((step, index) => (
              <li key={step.title} className="flex gap-3 border-line border-b py-3">
                {stepsTitle ? null : (
                  <span aria-hidden className="w-3 text-text-3">
                    {index + 1}
                  </span>
                )}
                <div className="min-w-0 flex-1">
                  <div className="flex justify-between gap-3">
                    <span className="font-key">{step.title}</span>
                    {step.when ? <span className="text-detail text-text-3">{step.when}</span> : null}
                  </div>
                  <p className="pt-0.5 text-detail text-text-2">{step.text}</p>
                </div>
              </li>
            ))}
          </List>
          {stepsFoot ? <p className="pt-3 text-detail text-text-3">{stepsFoot}</p> : null}
        </section>
      ) : null}
    </div>
  )
}
