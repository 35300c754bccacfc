import type { ReactNode } from 'react'
import { DisabledReason } from '@/components/ui/disabled-reason'

type PartRowProps = {
  icon: ReactNode
  title: ReactNode
  detail?: ReactNode
  actions?: ReactNode
  /** Why one of the actions is closed; give its id to that button as `reasonId`, with `reasonPlacement="none"`. */
  reason?: { id: string; text: string } | null
  children?: ReactNode
}

/** One thing that is set up: what it is, since when, what can be done with it. */
export function PartRow({ icon, title, detail, actions, reason, children }: PartRowProps) {
  return (
    <div className="border-line border-b py-3.5">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <span aria-hidden className="text-text-3">
          {icon}
        </span>
        <div className="min-w-0 flex-1 basis-56">
          <p className="wrap-anywhere font-key text-body text-text">{title}</p>
          {detail ? <p className="text-detail text-text-3">{detail}</p> : null}
        </div>
        {actions ? <div className="flex flex-wrap items-start gap-2">{actions}</div> : null}
      </div>
      {reason ? (
        <div className="flex justify-end pt-2 max-wide:justify-start">
          <DisabledReason id={reason.id}>{reason.text}</DisabledReason>
        </div>
      ) : null}
      {children}
    </div>
  )
}
