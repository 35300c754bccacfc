import type { ReactNode } from 'react'
import type { MarkState } from './mark-state'

export type LanePhase = 'passed' | 'current' | 'future' | 'failed'
export type LaneGateState = 'ahead' | 'passed' | 'asking' | 'failed'

/** What stands right of a lane: words, or the countdown of the one that soaks. */
export type Standing =
  | { kind: 'words'; mark?: MarkState; title: ReactNode; lines?: readonly ReactNode[] }
  | {
      kind: 'countdown'
      /** "14 h 48 m" */
      left: string
      /** "of working time left" */
      unit: string
      /** Counted so far, 0 to 1. */
      share: number
      /** "1 h 12 m of 16 h counted, ends Wed 14:00" */
      sentence: ReactNode
    }

export type Lane = {
  key: string
  mark: MarkState
  name: string
  count?: string
  /** Two lines of rule below the name. */
  rules?: readonly ReactNode[]
  phase: LanePhase
  /** Upright bars. */
  windows?: readonly { startMs: number; endMs: number; label?: string }[]
  /** Blocks where soak counts; `countedShare` 0 to 1 is solid. */
  soak?: readonly { startMs: number; endMs: number; countedShare?: number; label?: string }[]
  gate?: { atMs: number; state: LaneGateState; label?: string; sentence?: ReactNode }
  /** Hangs below the window. */
  rollback?: { atMs: number; text: string }
  standing?: Standing
  /** All of the drawing in words, for those who do not see it. */
  words: string
  /** Below 900 px, under the name: "Opened Mon 16 Sep 22:00". */
  narrowLine?: ReactNode
}
