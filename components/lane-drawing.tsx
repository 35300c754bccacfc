import { cn } from './cn'
import { type Axis, placeOnAxis } from './lane-scale'
import type { Lane, LaneGateState, LanePhase } from './lane-types'

const windowStyles: Record<LanePhase, string> = {
  passed: 'bg-ok-fill',
  current: 'bg-accent',
  future: 'border border-control bg-canvas',
  failed: 'bg-back-fill',
}

const lineStyles: Record<LanePhase, string> = {
  passed: 'bg-ok-fill',
  current: 'bg-accent',
  future: 'bg-line-strong',
  failed: 'bg-back-fill',
}

const blockStyles: Record<LanePhase, string> = {
  passed: 'bg-ok-fill',
  current: 'hatch border border-accent',
  future: 'border border-control border-dashed bg-canvas',
  failed: 'border border-back-fill bg-back-soft',
}

/** Windows, soak, gate and rollback of one lane on the axis; 96 px high, its line at 50. */
export function LaneDrawing({ lane, axis }: { lane: Lane; axis: Axis }) {
  const { windows = [], soak = [], gate, rollback, phase } = lane
  const place = (atMs: number) => placeOnAxis(axis, atMs)
  const starts = [...windows, ...soak].map((part) => part.startMs)
  const ends = [
    ...windows.map((window) => window.endMs),
    ...soak.map((block) => block.endMs),
    ...(gate ? [gate.atMs] : []),
  ]
  const lineLeft = starts.length > 0 ? place(Math.min(...starts)) : 0
  const lineRight = ends.length > 0 ? place(Math.max(...ends)) : 0
  return (
    <div aria-hidden className="absolute inset-0">
      {soak.length > 0 || gate ? (
        <span
          className={cn('absolute top-[49px] h-0.5', lineStyles[phase])}
          style={{ left: `${lineLeft}%`, width: `${lineRight - lineLeft}%` }}
        />
      ) : null}
      {soak.map((block) => (
        <SoakBlock
          key={block.startMs}
          block={block}
          phase={phase}
          left={place(block.startMs)}
          right={place(block.endMs)}
        />
      ))}
      {windows.map((window) => (
        <WindowBar
          key={window.startMs}
          label={window.label}
          phase={phase}
          left={place(window.startMs)}
          right={place(window.endMs)}
        />
      ))}
      {gate ? <Gate gate={gate} phase={phase} left={place(gate.atMs)} /> : null}
      {rollback ? <Rollback text={rollback.text} left={place(rollback.atMs)} /> : null}
    </div>
  )
}

function edgeShift(left: number): string {
  if (left < 6) return 'translate-x-0'
  return left > 94 ? '-translate-x-full' : '-translate-x-1/2'
}

function WindowBar({ label, phase, left, right }: { label?: string; phase: LanePhase; left: number; right: number }) {
  return (
    <>
      <span
        className={cn('absolute top-[37px] h-[26px] min-w-2 rounded-bar', windowStyles[phase])}
        style={{ left: `${left}%`, width: `${right - left}%` }}
      />
      {label ? (
        <span
          className={cn('halo absolute top-[20px] z-[2] whitespace-nowrap text-axis text-text-2', edgeShift(left))}
          style={{ left: `${left}%` }}
        >
          {label}
        </span>
      ) : null}
    </>
  )
}

type Block = NonNullable<Lane['soak']>[number]

function SoakBlock({ block, phase, left, right }: { block: Block; phase: LanePhase; left: number; right: number }) {
  return (
    <>
      <span
        className={cn('absolute top-[44px] h-3 min-w-1 overflow-hidden rounded-bar', blockStyles[phase])}
        style={{ left: `${left}%`, width: `${right - left}%` }}
      >
        {phase === 'current' && block.countedShare ? (
          <span className="block h-full bg-accent" style={{ width: `${Math.min(1, block.countedShare) * 100}%` }} />
        ) : null}
      </span>
      {block.label ? (
        <span
          className="halo absolute top-[62px] z-[2] -translate-x-1/2 whitespace-nowrap text-axis text-text-3"
          style={{ left: `${(left + right) / 2}%` }}
        >
          {block.label}
        </span>
      ) : null}
    </>
  )
}

const gateColors: Record<LaneGateState, string> = {
  passed: 'text-ok-fill',
  ahead: 'text-accent',
  asking: 'text-warn-fill',
  failed: 'text-fail-fill',
}

/** The diamond at the end of a lane, 20 px: solid with a tick when passed, hollow before. */
export function GateDiamond({ state, isFuture = false }: { state: LaneGateState; isFuture?: boolean }) {
  const isSolid = state !== 'ahead'
  return (
    <svg
      aria-hidden
      viewBox="0 0 20 20"
      width={20}
      height={20}
      fill="none"
      className={cn('shrink-0', isFuture ? 'text-control' : gateColors[state])}
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      <path
        d="M10 1.6L18.4 10 10 18.4 1.6 10Z"
        fill={isSolid ? 'currentColor' : 'var(--canvas)'}
        stroke="currentColor"
        strokeWidth="1.4"
      />
      {state === 'passed' ? <path d="M6.6 10.3l2.3 2.3 4.5-5" stroke="var(--canvas)" strokeWidth="1.8" /> : null}
      {state === 'failed' ? (
        <path d="M7.4 7.4l5.2 5.2M12.6 7.4l-5.2 5.2" stroke="var(--canvas)" strokeWidth="1.8" />
      ) : null}
      {state === 'asking' ? (
        <path
          d="M8.3 8c0-1.1.7-1.7 1.7-1.7s1.7.6 1.7 1.6c0 1.2-1.7 1.4-1.7 2.7M10 13.3v.2"
          stroke="var(--canvas)"
          strokeWidth="1.6"
        />
      ) : null}
    </svg>
  )
}

function Gate({ gate, phase, left }: { gate: NonNullable<Lane['gate']>; phase: LanePhase; left: number }) {
  const isFuture = phase === 'future'
  return (
    <span
      className={cn(
        'absolute top-[40px] z-[2] flex items-center gap-1.5',
        left > 78 ? '-translate-x-full flex-row-reverse' : '-translate-x-2.5',
      )}
      style={{ left: left > 78 ? `calc(${left}% + 10px)` : `${left}%` }}
    >
      <GateDiamond state={gate.state} isFuture={isFuture} />
      {gate.label ? (
        <span className={cn('halo whitespace-nowrap text-axis', isFuture ? 'text-text-2' : 'font-key text-text')}>
          {gate.label}
        </span>
      ) : null}
    </span>
  )
}

function Rollback({ text, left }: { text: string; left: number }) {
  const isRight = left < 35
  return (
    <span
      className={cn(
        'absolute top-[63px] z-[2] flex items-end gap-1',
        isRight ? 'flex-row-reverse' : '-translate-x-full',
      )}
      style={{ left: `${left}%` }}
    >
      <span className="halo -mb-[3px] whitespace-nowrap font-key text-axis text-back">{text}</span>
      <span className={cn('h-3 w-2.5 border-back-fill border-b', isRight ? 'border-l' : 'border-r')} />
    </span>
  )
}
