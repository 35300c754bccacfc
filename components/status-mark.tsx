import type { ReactNode } from 'react'
import { cn } from './cn'
import { type MarkState, markWords, type Tone, toneText, wordTone } from './mark-state'

type Drawing = { color: string; shape: ReactNode }

const ink = 'currentColor'
const behind = 'var(--canvas)'
const ring = <circle cx="8" cy="8" r="5.6" stroke={ink} strokeWidth="1.6" />

const drawings: Record<MarkState, Drawing> = {
  missing: { color: 'text-mute-fill', shape: ring },
  approved: {
    color: 'text-accent',
    shape: (
      <>
        {ring}
        <path d="M5.6 8.2l1.7 1.7 3.2-3.6" stroke={ink} strokeWidth="1.6" />
      </>
    ),
  },
  scheduled: {
    color: 'text-accent',
    shape: (
      <>
        {ring}
        <path d="M8 4.9V8l2.1 1.4" stroke={ink} strokeWidth="1.6" />
      </>
    ),
  },
  staged: {
    color: 'text-accent',
    shape: (
      <>
        {ring}
        <path d="M8 4.8v5M5.8 7.9L8 10.1l2.2-2.2" stroke={ink} strokeWidth="1.5" />
      </>
    ),
  },
  installing: {
    color: 'text-accent',
    shape: (
      <>
        {ring}
        <path d="M8 8V4.2A3.8 3.8 0 0 1 8 11.8Z" fill={ink} />
      </>
    ),
  },
  installed: {
    color: 'text-ok-fill',
    shape: (
      <>
        <circle cx="8" cy="8" r="6.4" fill={ink} />
        <path d="M5.2 8.3l1.9 1.9 3.7-4.2" stroke={behind} strokeWidth="1.7" />
      </>
    ),
  },
  'pending-reboot': {
    color: 'text-warn-fill',
    shape: <path d="M5.2 4.1a5.4 5.4 0 1 0 5.6 0M8 1.9v5.4" stroke={ink} strokeWidth="1.8" />,
  },
  failed: {
    color: 'text-fail-fill',
    shape: (
      <>
        <path d="M5.2 1.4h5.6l3.8 3.8v5.6l-3.8 3.8H5.2L1.4 10.8V5.2Z" fill={ink} />
        <path d="M5.8 5.8l4.4 4.4M10.2 5.8l-4.4 4.4" stroke={behind} strokeWidth="1.7" />
      </>
    ),
  },
  'rolled-back': {
    color: 'text-back-fill',
    shape: (
      <>
        <rect x="2" y="2" width="12" height="12" rx="2.5" stroke={ink} strokeWidth="1.6" />
        <path d="M6.6 4.9L4.8 6.8l1.8 1.9M5 6.8h3.9a2.1 2.1 0 0 1 0 4.2H7" stroke={ink} strokeWidth="1.5" />
      </>
    ),
  },
  held: {
    color: 'text-back-fill',
    shape: (
      <>
        <rect x="1.6" y="1.6" width="12.8" height="12.8" rx="2.8" fill={ink} />
        <path d="M6.2 5.2v5.6M9.8 5.2v5.6" stroke={behind} strokeWidth="1.9" />
      </>
    ),
  },
  excepted: {
    color: 'text-mute-fill',
    shape: (
      <>
        <path d="M8 1.7l5 1.9v4c0 3.2-2.1 5.5-5 6.7-2.9-1.2-5-3.5-5-6.7v-4Z" stroke={ink} strokeWidth="1.5" />
        <path d="M5.8 8h4.4" stroke={ink} strokeWidth="1.6" />
      </>
    ),
  },
  'not-applicable': { color: 'text-mute-fill', shape: <path d="M4.5 8h7" stroke={ink} strokeWidth="1.6" /> },
  'no-data': {
    color: 'text-mute-fill',
    shape: <circle cx="8" cy="8" r="5.7" stroke={ink} strokeWidth="1.6" strokeDasharray="2.5 2" />,
  },
  soaking: {
    color: 'text-accent',
    shape: (
      <>
        {ring}
        <path d="M4.6 9.6l5-5M5.6 11.2l5.6-5.6M8 11.9l3.9-3.9" stroke={ink} strokeWidth="1.3" />
      </>
    ),
  },
  asking: {
    color: 'text-warn-fill',
    shape: (
      <>
        <path d="M8 1.2L14.8 8 8 14.8 1.2 8Z" fill={ink} />
        <path
          d="M6.6 6.4c0-.9.6-1.4 1.4-1.4s1.4.5 1.4 1.3c0 1-1.4 1.1-1.4 2.2M8 10.7v.2"
          stroke={behind}
          strokeWidth="1.5"
        />
      </>
    ),
  },
  'past-due': {
    color: 'text-fail-fill',
    shape: (
      <>
        <path d="M8 1.4L15 13.8H1Z" fill={ink} stroke={ink} strokeWidth="1" />
        <path d="M8 5.8v3.6M8 11.6v.2" stroke={behind} strokeWidth="1.7" />
      </>
    ),
  },
  'missed-window': {
    color: 'text-warn-fill',
    shape: (
      <>
        <rect x="2" y="3" width="12" height="11" rx="2" stroke={ink} strokeWidth="1.6" />
        <path d="M5 1.6v2.6M11 1.6v2.6M6 7.6l4 4M10 7.6l-4 4" stroke={ink} strokeWidth="1.5" />
      </>
    ),
  },
  'second-person': {
    color: 'text-accent',
    shape: (
      <>
        <circle cx="5.6" cy="5.2" r="2.4" stroke={ink} strokeWidth="1.5" />
        <path
          d="M1.6 13.2c0-2.4 1.8-3.9 4-3.9 1 0 2 .3 2.7.9M9.4 12.2l1.7 1.7 3.4-3.7"
          stroke={ink}
          strokeWidth="1.5"
        />
      </>
    ),
  },
  event: { color: 'text-mute-fill', shape: <circle cx="8" cy="8" r="3.2" stroke={ink} strokeWidth="1.5" /> },
}

type StatusMarkProps = {
  state: MarkState
  /** Pixels: 16 in rows, 12 to 14 in running text, 18 on touch rails. */
  size?: number
  /** The accessible name when no word stands beside it (a matrix cell). Without it the mark is decoration. */
  label?: string
  className?: string
}

/** The drawing of a state. Alone only below a column head, and then with its word as `label`. */
export function StatusMark({ state, size = 16, label, className }: StatusMarkProps) {
  const { color, shape } = drawings[state]
  const naming = label ? { role: 'img', 'aria-label': label } : { 'aria-hidden': true }
  return (
    // biome-ignore lint/a11y/noSvgWithoutTitle: it is hidden or has a label, by the line above
    <svg
      {...naming}
      data-mark={state}
      viewBox="0 0 16 16"
      width={size}
      height={size}
      fill="none"
      strokeLinecap="round"
      strokeLinejoin="round"
      className={cn('inline-block shrink-0 align-[-0.2em]', color, className)}
    >
      {shape}
    </svg>
  )
}

type StatusProps = {
  state: MarkState
  /** Replaces the word of the state, e.g. "Installed, soaks". */
  word?: ReactNode
  /** Overrides the colour rule, e.g. `accent` for the running state above a page title. */
  tone?: Tone
  size?: number
  /** Sets the word at 560, for the state that answers the page. */
  isStrong?: boolean
  className?: string
}

/** Mark and word, in this order; the word is coloured only where a person has to look. */
export function Status({ state, word, tone, size = 16, isStrong = false, className }: StatusProps) {
  return (
    <span className={cn('inline-flex items-center gap-2', className)}>
      <StatusMark state={state} size={size} />
      <span className={cn(toneText[tone ?? wordTone(state)], isStrong && 'font-key')}>{word ?? markWords[state]}</span>
    </span>
  )
}
