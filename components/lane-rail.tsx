import type { ReactNode } from 'react'
import { cn } from './cn'
import { GateDiamond } from './lane-drawing'
import { StandingView } from './lane-standing'
import type { Lane, LanePhase } from './lane-types'
import { StatusMark } from './status-mark'

const railStyles: Record<LanePhase, string> = {
  passed: 'bg-ok-fill',
  current: 'bg-line-strong',
  future: 'bg-line-strong',
  failed: 'bg-back-fill',
}

/** The lanes upright on a rail, with the gates between; for screens below 900 px. */
export function LaneRail({ lanes }: { lanes: readonly Lane[] }) {
  return (
    <ol>
      {lanes.map((lane, index) => {
        const hasMore = index < lanes.length - 1
        const gateSentence = lane.gate?.sentence ?? lane.gate?.label
        return (
          <li key={lane.key}>
            <RailStep
              rail={gateSentence || hasMore ? railStyles[lane.phase] : undefined}
              sign={<StatusMark state={lane.mark} size={18} />}
            >
              <p className="font-key text-section text-text">
                {lane.name}
                {lane.count ? <span className="pl-2 font-normal text-text-3">{lane.count}</span> : null}
              </p>
              {lane.narrowLine ? <p className="text-text-3">{lane.narrowLine}</p> : null}
              {lane.rollback ? <p className="font-key text-back text-detail">{lane.rollback.text}</p> : null}
              {lane.standing?.kind === 'countdown' ? (
                <div className="pt-2">
                  <StandingView standing={lane.standing} />
                </div>
              ) : null}
            </RailStep>
            {lane.gate && gateSentence ? (
              <RailStep
                rail={hasMore ? railStyles[lane.phase] : undefined}
                sign={<GateDiamond state={lane.gate.state} isFuture={lane.phase === 'future'} />}
              >
                <p className="text-text-2">{gateSentence}</p>
              </RailStep>
            ) : null}
          </li>
        )
      })}
    </ol>
  )
}

function RailStep({ sign, rail, children }: { sign: ReactNode; rail?: string; children: ReactNode }) {
  return (
    <div className="grid grid-cols-[20px_minmax(0,1fr)] gap-x-3">
      <span className="flex flex-col items-center">
        <span className="flex h-5 items-center">{sign}</span>
        {rail ? <span aria-hidden className={cn('my-1 w-0.5 flex-1 rounded-bar', rail)} /> : null}
      </span>
      <div className="min-w-0 pb-4">{children}</div>
    </div>
  )
}
