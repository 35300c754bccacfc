import { cn } from './cn'

export type RingState = 'passed' | 'running' | 'soaking' | 'done' | 'waiting' | 'taken-back'
export type GateState = 'ahead' | 'passed' | 'asking' | 'failed'

export type StripRing = {
  name: string
  /** Shown behind the name: "14". */
  count?: string
  state: RingState
  /** 0 to 1: dispatched while running, counted while soaking. */
  share?: number
  isCurrent?: boolean
  /** The gate behind this ring; the last ring has none. */
  gate?: GateState
}

type RingStripProps = {
  rings: readonly StripRing[]
  /** The same in words: "Test passed, Early soaks until Wed 14:00, Production waits". */
  label: string
  /** 124 wide without labels, for tables. */
  isCompact?: boolean
  className?: string
}

const shares = [20, 30, 50]

/** One bar per ring with the gate between them; three rings are 20, 30 and 50 wide, other numbers share alike. */
export function RingStrip({ rings, label, isCompact = false, className }: RingStripProps) {
  const columns = rings.map((_, index) => `${rings.length === 3 ? shares[index] : 1}fr`)
  return (
    <div role="img" aria-label={label} className={cn(isCompact ? 'w-[124px]' : 'w-full', className)}>
      <div
        aria-hidden
        className="grid gap-x-4"
        style={{ gridTemplateColumns: columns.map((width) => `minmax(0,${width})`).join(' ') }}
      >
        {rings.map((ring) => (
          <div key={ring.name} className="relative min-w-0">
            {isCompact ? null : <RingLabel ring={ring} />}
            <div className="flex h-2 items-center">
              <RingBar ring={ring} />
            </div>
            {ring.gate ? (
              <span className="absolute -right-4 bottom-0 flex h-2 w-4 items-center justify-center">
                <GateSign gate={ring.gate} />
              </span>
            ) : null}
          </div>
        ))}
      </div>
    </div>
  )
}

function RingLabel({ ring }: { ring: StripRing }) {
  const isAhead = ring.state === 'waiting'
  return (
    <div
      className={cn(
        'truncate pb-1 text-detail text-text-2',
        ring.isCurrent && 'font-section text-text',
        isAhead && 'text-text-3',
      )}
    >
      {ring.name}
      {ring.count ? <span className="pl-1 font-normal text-text-3">{ring.count}</span> : null}
    </div>
  )
}

function RingBar({ ring }: { ring: StripRing }) {
  const filled = { width: `${Math.min(1, Math.max(0, ring.share ?? 0)) * 100}%` }
  switch (ring.state) {
    case 'passed':
      return <span className="block h-[3px] w-full rounded-bar bg-ok-fill" />
    case 'running':
      return (
        <span className="block h-2 w-full overflow-hidden rounded-bar bg-accent-soft ring-1 ring-accent-line ring-inset">
          <span className="block h-full rounded-bar bg-accent transition-[width] duration-[240ms]" style={filled} />
        </span>
      )
    case 'soaking':
      return (
        <span className="hatch block h-2 w-full overflow-hidden rounded-bar border border-accent">
          <span className="block h-full bg-accent transition-[width] duration-[240ms]" style={filled} />
        </span>
      )
    case 'done':
      return <span className="block h-2 w-full rounded-bar bg-accent" />
    case 'waiting':
      return <span className="block h-2 w-full rounded-bar border border-control" />
    case 'taken-back':
      return (
        <span className="flex h-2 w-full items-center justify-center rounded-bar border border-back-fill bg-back-soft">
          <svg aria-hidden viewBox="0 0 12 8" width={12} height={8} fill="none" className="text-back">
            <path
              d="M10.5 4h-9M4 1.5L1.5 4 4 6.5"
              stroke="currentColor"
              strokeWidth="1.3"
              strokeLinecap="round"
              strokeLinejoin="round"
            />
          </svg>
        </span>
      )
  }
}

const gateSigns: Record<GateState, { color: string; path: string; isFilled?: boolean; width: number }> = {
  ahead: { color: 'text-control', path: 'M5 1.4L8.6 5 5 8.6 1.4 5Z', width: 1.2 },
  passed: { color: 'text-ok-fill', path: 'M1.6 5.4l2.2 2.2 4.6-5', width: 1.8 },
  asking: { color: 'text-warn-fill', path: 'M5 .6L9.4 5 5 9.4.6 5Z', isFilled: true, width: 0 },
  failed: { color: 'text-fail-fill', path: 'M2 2l6 6M8 2l-6 6', width: 1.8 },
}

function GateSign({ gate }: { gate: GateState }) {
  const sign = gateSigns[gate]
  return (
    <svg
      aria-hidden
      viewBox="0 0 10 10"
      width={10}
      height={10}
      fill={sign.isFilled ? 'currentColor' : 'none'}
      className={sign.color}
    >
      <path d={sign.path} stroke="currentColor" strokeWidth={sign.width} strokeLinecap="round" strokeLinejoin="round" />
    </svg>
  )
}
