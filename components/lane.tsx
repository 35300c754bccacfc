import { LaneAxisHead, LaneGround } from './lane-axis'
import { LaneDrawing } from './lane-drawing'
import { LaneRail } from './lane-rail'
import { type Axis, placeOnAxis } from './lane-scale'
import { StandingView } from './lane-standing'
import type { Lane } from './lane-types'
import { StatusMark } from './status-mark'

type LanesProps = {
  lanes: readonly Lane[]
  /** From buildAxis (lane-scale). */
  axis: Axis
  now?: { atMs: number; label: string }
  due?: { atMs: number; label: string; detail?: string }
  /** Head of the right column. */
  standingHead?: string
}

const columns = 'grid grid-cols-[168px_minmax(0,1fr)_292px] max-[1200px]:grid-cols-[148px_minmax(0,1fr)_220px]'

/** Rings as lanes on one time axis, with now and the due date; upright on a rail below 900 px. */
export function Lanes({ lanes, axis, now, due, standingHead = 'Where it stands' }: LanesProps) {
  return (
    <>
      <div className="max-wide:hidden">
        <div className={`${columns} h-10 border-line-strong border-b`}>
          <span />
          <LaneAxisHead axis={axis} now={now} />
          <span className="self-center pl-5 font-head text-detail text-text-3">{standingHead}</span>
        </div>
        <ol>
          {lanes.map((lane, index) => (
            <li key={lane.key} className={`${columns} h-24 border-line border-b`}>
              <LaneName lane={lane} />
              <div role="img" aria-label={lane.words} className="relative">
                <LaneGround axis={axis} nowMs={now?.atMs} dueMs={due?.atMs} />
                <LaneDrawing lane={lane} axis={axis} />
                {index === 0 && due ? <DueLabel due={due} left={placeOnAxis(axis, due.atMs)} /> : null}
              </div>
              <div className="self-center pl-5">{lane.standing ? <StandingView standing={lane.standing} /> : null}</div>
            </li>
          ))}
        </ol>
      </div>
      <div className="pt-3 wide:hidden">
        <LaneRail lanes={lanes} />
      </div>
    </>
  )
}

function LaneName({ lane }: { lane: Lane }) {
  return (
    <div className="grid grid-cols-[16px_minmax(0,1fr)] content-center gap-x-2 pr-3">
      <StatusMark state={lane.mark} size={14} className="mt-[3px]" />
      <div className="min-w-0">
        <p className="truncate font-key text-section text-text">
          {lane.name}
          {lane.count ? <span className="pl-2 font-normal text-text-3">{lane.count}</span> : null}
        </p>
        {lane.rules?.map((rule, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the lines keep their order
          <p key={index} className="text-detail text-text-3">
            {rule}
          </p>
        ))}
      </div>
    </div>
  )
}

function DueLabel({ due, left }: { due: { label: string; detail?: string }; left: number }) {
  const isRight = left < 25
  return (
    <span
      aria-hidden
      className={`absolute top-2 whitespace-nowrap px-1.5 text-axis ${isRight ? '' : '-translate-x-full text-right'}`}
      style={{ left: `${left}%` }}
    >
      <span className="block font-key text-fail">{due.label}</span>
      {due.detail ? <span className="block text-text-3">{due.detail}</span> : null}
    </span>
  )
}
