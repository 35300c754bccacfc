import { Fragment, type ReactNode } from 'react'
import { cn } from './cn'
import {
  type Evidence,
  type EvidenceKind,
  evidenceCells,
  evidenceShares,
  evidenceTotal,
  mostCells,
} from './evidence-cells'

type EvidenceMeterProps = {
  evidence: Evidence
  /** How many reports the gate asks for; the needle. */
  needed?: number
  /** The sentence below: "13 reported, 13 ok, 1 silent". It is also the name of the drawing. */
  sentence: string
  /** What stands before the sentence: the verdict, or the time of the gate. */
  verdict?: ReactNode
  /** A table cell shows the sentence itself: draw only the meter. */
  isBare?: boolean
  className?: string
}

/** The evidence behind a gate: a cell a device up to 40, a bar in shares above, and a needle at the reports needed. */
export function EvidenceMeter({ evidence, needed, sentence, verdict, isBare = false, className }: EvidenceMeterProps) {
  const total = evidenceTotal(evidence)
  return (
    <div className={className}>
      <div role="img" aria-label={sentence} className="flex min-h-6 items-center">
        {total <= mostCells ? (
          <Cells evidence={evidence} needed={needed} />
        ) : (
          <Bar evidence={evidence} total={total} needed={needed} />
        )}
      </div>
      {isBare ? null : (
        <div className="flex flex-wrap items-center gap-x-2.5 pt-1 text-detail text-text-2">
          {verdict}
          <span>{sentence}</span>
        </div>
      )}
    </div>
  )
}

function Cells({ evidence, needed }: { evidence: Evidence; needed?: number }) {
  const cells = evidenceCells(evidence)
  return (
    <span aria-hidden className="flex min-h-[22px] flex-wrap items-center gap-[2px]">
      {cells.map((kind, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: cells of one kind are alike
        <Fragment key={index}>
          <EvidenceCell kind={kind} />
          {needed === index + 1 ? (
            // Takes no room, so that the cells keep their step; it moves to the next line with its cell.
            <span className="relative -ml-[2px] h-5 w-0">
              <Needle left="1px" />
            </span>
          ) : null}
        </Fragment>
      ))}
    </span>
  )
}

/** One device; also the sample in a legend. */
export function EvidenceCell({ kind }: { kind: EvidenceKind }) {
  const { shape, color, height } = cellDrawings[kind]
  return (
    <svg
      aria-hidden
      viewBox={`0 0 12 ${height}`}
      width={12}
      height={height}
      fill="none"
      className={cn('shrink-0', color)}
    >
      {shape}
    </svg>
  )
}

const behind = 'var(--canvas)'

const cellDrawings: Record<EvidenceKind, { shape: ReactNode; color: string; height: number }> = {
  succeeded: { color: 'text-ok-fill', height: 14, shape: <rect width="12" height="14" rx="1.5" fill="currentColor" /> },
  'pending-reboot': {
    color: 'text-warn-fill',
    height: 14,
    shape: (
      <>
        <rect x=".7" y=".7" width="10.6" height="12.6" rx="1.5" stroke="currentColor" strokeWidth="1.4" />
        <path d="M1 7h10v5.4a.9.9 0 0 1-.9.9H1.9a.9.9 0 0 1-.9-.9Z" fill="currentColor" />
      </>
    ),
  },
  'rolled-back': {
    color: 'text-back-fill',
    height: 14,
    shape: (
      <>
        <rect
          x=".6"
          y=".6"
          width="10.8"
          height="12.8"
          rx="1.5"
          fill="var(--back-soft)"
          stroke="currentColor"
          strokeWidth="1.2"
        />
        <path
          d="M9.4 7H2.8M5 4.8L2.8 7 5 9.2"
          stroke="currentColor"
          strokeWidth="1.3"
          strokeLinecap="round"
          strokeLinejoin="round"
        />
      </>
    ),
  },
  failed: {
    color: 'text-fail-fill',
    height: 20,
    shape: (
      <>
        <rect width="12" height="20" rx="1.5" fill="currentColor" />
        <path d="M3.9 7.9l4.2 4.2M8.1 7.9l-4.2 4.2" stroke={behind} strokeWidth="1.6" strokeLinecap="round" />
      </>
    ),
  },
  silent: {
    color: 'text-control',
    height: 14,
    shape: (
      <rect
        x=".6"
        y=".6"
        width="10.8"
        height="12.8"
        rx="1.5"
        stroke="currentColor"
        strokeWidth="1.2"
        strokeDasharray="2 2"
      />
    ),
  },
  'to-report': {
    color: 'text-mute-soft',
    height: 14,
    shape: <rect width="12" height="14" rx="1.5" fill="currentColor" />,
  },
}

const barStyles: Record<EvidenceKind, string> = {
  succeeded: 'bg-ok-fill',
  'pending-reboot':
    'border-[1.4px] border-warn-fill [background:linear-gradient(to_top,var(--warn-fill)_50%,transparent_50%)]',
  'rolled-back': 'border border-back-fill bg-back-soft',
  failed: 'bg-fail-fill',
  silent: 'border border-control border-dashed',
  'to-report': 'bg-mute-soft',
}

function Bar({ evidence, total, needed }: { evidence: Evidence; total: number; needed?: number }) {
  return (
    <span aria-hidden className="relative flex h-3.5 w-full max-w-[300px] gap-px">
      {evidenceShares(evidence).map(({ kind, percent }) => (
        <span
          key={kind}
          className={cn('block h-full min-w-[3px] rounded-bar', barStyles[kind])}
          style={{ flex: `${percent} 1 0` }}
        />
      ))}
      {needed !== undefined ? <Needle left={`calc(${(needed / total) * 100}% - 1px)`} /> : null}
    </span>
  )
}

function Needle({ left }: { left: string }) {
  return (
    <svg
      aria-hidden
      viewBox="0 0 7 24"
      width={7}
      height={24}
      className="absolute -top-1 text-text"
      style={{ left, marginLeft: -3.5 }}
    >
      <path d="M0 0h7L3.5 4Z" fill="currentColor" />
      <path d="M3.5 2v22" stroke="currentColor" strokeWidth="1.5" />
    </svg>
  )
}

/** A small needle for the legend: "Reports needed". */
export function NeedleSample() {
  return (
    <svg aria-hidden viewBox="0 0 7 16" width={7} height={16} className="text-text">
      <path d="M0 0h7L3.5 4Z" fill="currentColor" />
      <path d="M3.5 2v14" stroke="currentColor" strokeWidth="1.5" />
    </svg>
  )
}

const kindWords: Record<EvidenceKind, string> = {
  succeeded: 'Succeeded',
  'pending-reboot': 'Pending reboot',
  'rolled-back': 'Rolled back',
  failed: 'Failed',
  silent: 'Silent',
  'to-report': 'Still to report',
}

/** Says what the cells mean; stands once above the meters of a page. */
export function EvidenceLegend({
  kinds = ['succeeded', 'rolled-back', 'failed', 'pending-reboot', 'silent'],
}: {
  kinds?: readonly EvidenceKind[]
}) {
  return (
    <ul className="flex flex-wrap items-center gap-x-4 gap-y-1 text-detail text-text-3">
      {kinds.map((kind) => (
        <li key={kind} className="flex items-center gap-1.5">
          <EvidenceCell kind={kind} />
          {kindWords[kind]}
        </li>
      ))}
      <li className="flex items-center gap-1.5">
        <NeedleSample />
        Reports needed
      </li>
    </ul>
  )
}
