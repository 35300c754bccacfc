import { Temporal } from 'temporal-polyfill'
import { formatDate } from '../../components/format.ts'
import { type Can, no, yes } from '../can.ts'

/** The states and days of exceptions. Pure: pages import it. */

/** Which side of the table: the MSP, or the client whose computers these are. */
export type Side = 'msp' | 'client'
export const otherSide: Record<Side, Side> = { msp: 'client', client: 'msp' }

export interface ExceptionFacts {
  askedFrom: Side
  answer: 'accepted' | 'refused' | null
  endedAt: Date | null
  expiresAt: Date
}
export type ExceptionState = 'asked' | 'in-force' | 'refused' | 'ended' | 'expired'

/** What state it is in at a moment. It expires by the time alone, also one that nobody answered. */
export function stateAt({ answer, endedAt, expiresAt }: Omit<ExceptionFacts, 'askedFrom'>, now: Date): ExceptionState {
  if (answer === 'refused') return 'refused'
  if (endedAt && endedAt <= now) return 'ended'
  if (expiresAt <= now) return 'expired'
  return answer === 'accepted' ? 'in-force' : 'asked'
}

/** The end of a day in a zone: when the next one begins there, whatever the clocks do that night. */
export function endOfDay(day: string, zone: string): Date {
  const next = Temporal.PlainDate.from(day).add({ days: 1 })
  return new Date(
    next.toZonedDateTime({ timeZone: zone, plainTime: Temporal.PlainTime.from('00:00') }).epochMilliseconds,
  )
}

/** The day that it is in a zone. */
export const dayAt = (now: Date, zone: string): string =>
  Temporal.Instant.fromEpochMilliseconds(now.getTime()).toZonedDateTimeISO(zone).toPlainDate().toString()

/** The last day that may be asked for on `today`: a year on, on 29 February the 28th. */
export const latestDay = (today: string): string => Temporal.PlainDate.from(today).add({ years: 1 }).toString()

/** May an exception be asked for until this day? ISO days compare as texts. */
export function judgeLastDay(lastDay: string, today: string): Can {
  if (lastDay < today) return no('That day is over. Choose today or a later one.')
  return lastDay <= latestDay(today)
    ? yes
    : no('An exception ends after a year at the latest. Ask for another one then.')
}

export const warnDays = 14
/** In force, and its end is less than two weeks away: whoever needs it longer asks anew now. */
export const isEnding = (facts: Omit<ExceptionFacts, 'askedFrom'>, now: Date): boolean =>
  stateAt(facts, now) === 'in-force' && facts.expiresAt.getTime() - now.getTime() <= warnDays * 24 * 3_600_000

const overWords: Record<Exclude<ExceptionState, 'asked' | 'in-force'>, string> = {
  refused: 'It was refused.',
  ended: 'It was ended.',
  expired: 'Its last day is over.',
}

export const exceptionCan = {
  /** Whoever asked does not agree with themselves: the other side answers, while it waits. */
  answer(facts: ExceptionFacts, side: Side, now: Date): Can {
    const state = stateAt(facts, now)
    if (state === 'in-force') return no('It is agreed on already.')
    if (state !== 'asked') return no(overWords[state])
    if (side !== facts.askedFrom) return yes
    return no(side === 'msp' ? 'The client signs it off.' : 'Who looks after your computers answers this.')
  },
  /** Ends what is in force, or takes back what waits. */
  end(facts: ExceptionFacts, now: Date): Can {
    const state = stateAt(facts, now)
    return state === 'asked' || state === 'in-force' ? yes : no(overWords[state])
  },
} as const

/** "3 March 2027", as people say the last day: it is a day of the client's zone, and stays that day in every other. */
export const sayDay = (day: string, now: Date): string => formatDate(new Date(`${day}T12:00:00Z`), 'UTC', now)

/** "all computers", "computers with the tag till", "ws-12". */
export function sayReach(reach: { hostName: string | null; tag: string | null }): string {
  if (reach.hostName !== null) return reach.hostName
  return reach.tag === null ? 'all computers' : `computers with the tag ${reach.tag}`
}
