import { formatCount, formatList, plural } from '@/components/format'
import type { MarkState, Tone } from '@/components/mark-state'
import type { PatchStanding, PatchState, UndoSpread } from '@/server/patches/rules'

/** Mark, word and colour of a decision. Rejected, excepted and deferred patches stay missing: the word tells them apart. */
export const stateWords: Record<PatchState, { mark: MarkState; word: string; tone?: Tone }> = {
  pending: { mark: 'asking', word: 'Wants an approval', tone: 'warn' },
  waiting: { mark: 'scheduled', word: 'By rule later' },
  approved: { mark: 'approved', word: 'Approved' },
  deferred: { mark: 'missing', word: 'Deferred' },
  'client-asked': { mark: 'asking', word: 'Waits for the client' },
  rejected: { mark: 'missing', word: 'Rejected' },
  excepted: { mark: 'missing', word: 'Excepted' },
  held: { mark: 'held', word: 'Held' },
}

/** What leads where clients differ: what wants a person, then what is stopped, then what goes on. */
const precedence: readonly PatchState[] = [
  'pending',
  'held',
  'rejected',
  'excepted',
  'client-asked',
  'deferred',
  'waiting',
  'approved',
]

/** The decision across clients in one mark and one line: "Approved at 4 clients, held at 1". */
export function describeStanding(standing: PatchStanding): { mark: MarkState; word: string; tone?: Tone } {
  const [first, ...rest] = [...standing.tallies].sort(
    (a, b) => precedence.indexOf(a.state) - precedence.indexOf(b.state),
  )
  if (!first) return { mark: 'event', word: 'Nobody lacks it' }
  const words = stateWords[first.state]
  if (rest.length === 0) return words
  const others = rest.map((tally) => `${stateWords[tally.state].word.toLowerCase()} at ${formatCount(tally.clients)}`)
  return { ...words, word: `${words.word} at ${plural(first.clients, 'client', 'clients')}, ${formatList(others)}` }
}

const undoWords: Record<keyof UndoSpread, string> = {
  kept: 'kept',
  fetchable: 'fetchable',
  snapshot: 'by snapshot',
  none: 'none',
}

/** "41 kept, 3 fetchable, 2 none"; empty when no device counts. */
export function describeUndo(undo: UndoSpread): string {
  const kinds: (keyof UndoSpread)[] = ['kept', 'fetchable', 'snapshot', 'none']
  return kinds
    .filter((kind) => undo[kind] > 0)
    .map((kind) => `${formatCount(undo[kind])} ${undoWords[kind]}`)
    .join(', ')
}

/** What can be undone without a snapshot. */
export const undoable = (undo: UndoSpread) => undo.kept + undo.fetchable

export const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1)
