import { momentWords } from './chain-words.ts'

interface Place {
  id: number
  at: string
  sealedAt: string
}

/** A verb's transaction ends within seconds; clocks of processes differ by less than this. */
const allowedMs = 10 * 60_000
const mostHighs = 20_000

/**
 * Answers why a record cannot honestly stand where it stands in its chain, or null. Ids rise and times rise, but for verbs that ran beside
 * each other: a record may be sealed after one with a higher id only if both were under way at the same time.
 */
export function createOrderCheck(): (place: Place) => string | null {
  let latest = ''
  let highs: { id: number; sealedAt: string }[] = []
  return ({ id, at, sealedAt }) => {
    const highest = highs.at(-1)
    const overtaking = highest && id < highest.id ? highs.find((each) => each.id > id) : undefined
    if (!highest || id > highest.id) highs.push({ id, sealedAt })
    if (highs.length > mostHighs) highs = highs.slice(-mostHighs / 2)
    const before = latest
    if (at > latest) latest = at
    if (overtaking && isLater(at, overtaking.sealedAt))
      return `record ${overtaking.id}, made after it, was sealed at ${momentWords(overtaking.sealedAt)} already`
    if (before && isLater(before, at)) return `records up to ${momentWords(before)} were sealed before it`
    if (isLater(at, sealedAt)) return `it was sealed at ${momentWords(sealedAt)}, before its time`
    return null
  }
}

const isLater = (later: string, than: string) => Date.parse(later) - Date.parse(than) > allowedMs
