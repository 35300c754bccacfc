import { Temporal } from 'temporal-polyfill'
import { cyberEssentials } from './packs/cyber-essentials.ts'
import { essentialEight1, essentialEight2, essentialEight3 } from './packs/essential-eight.ts'
import type { Inputs, RulePack, When, Within } from './packs/form.ts'
import { ownPack } from './packs/own.ts'
import { pciDss } from './packs/pci-dss.ts'

/** When a missing patch is due, and who asks that. Pure; the one place that says so. */

/** Every version of every pack, the newest of each last. */
const packs: readonly RulePack[] = [cyberEssentials, essentialEight1, essentialEight2, essentialEight3, pciDss]

export const packIds = [...new Set(packs.map((pack) => pack.id))]

/** Those that can be chosen today: the newest version of each. */
export const currentPacks: readonly RulePack[] = packIds.flatMap((id) => packs.findLast((pack) => pack.id === id) ?? [])

/** A pack as a row names it: "cyber-essentials@3.3". */
export const packKey = ({ id, version }: Pick<RulePack, 'id' | 'version'>): string => `${id}@${version}`

/**
 * The packs that rows name, with the policy's own at the end. A version that this release does not have is read as the newest that it has: no
 * patch loses its date by an upgrade that was taken back.
 */
export function packsInForce(keys: readonly string[], dueDays: number): RulePack[] {
  const chosen = keys.flatMap((key) => {
    const id = key.split('@')[0]
    return packs.find((pack) => packKey(pack) === key) ?? currentPacks.find((pack) => pack.id === id) ?? []
  })
  return [...chosen, ownPack(dueDays)]
}

/** `released`: the vendor's date. `first-seen`: nobody told one, so the first sight at this MSP stands in for it. */
export type Clock = 'released' | 'first-seen'

export interface DueInputs extends Inputs {
  releasedAt: Date | null
  firstSeenAt: Date
}

export interface DueDate {
  dueAt: Date
  packId: string
  packVersion: string
  ruleIndex: number
  /** "Cyber Essentials asks 14 days from release". */
  sentence: string
  clock: Clock
}

/** The same as pages show it. */
export interface Due {
  at: Date
  rule: string
}

/**
 * Where the clock of a patch starts. Every source counts from the vendor's release, so that counts wherever it is known: also after the first
 * sight, since what a device was offered before (a staged rollout, a preview) nobody had to install yet.
 */
export function startClock({ releasedAt, firstSeenAt }: Pick<DueInputs, 'releasedAt' | 'firstSeenAt'>): {
  clock: Clock
  startsAt: Date
} {
  return releasedAt ? { clock: 'released', startsAt: releasedAt } : { clock: 'first-seen', startsAt: firstSeenAt }
}

/**
 * The earliest date that one of the packs asks for; of equal ones the pack that comes first. Null when no rule fits. The clock stays at the
 * release when a severity is raised later, as all sources count from there: such a date may lie in the past the moment it is known.
 */
export function dueDate(inputs: DueInputs, inForce: readonly RulePack[], timeZone: string): DueDate | null {
  const { clock, startsAt } = startClock(inputs)
  let first: DueDate | null = null
  for (const pack of inForce) {
    const ruleIndex = pack.rules.findIndex((rule) => fits(rule.when, inputs))
    const rule = pack.rules[ruleIndex]
    if (!rule) continue
    const dueAt = addWithin(startsAt, rule.within, timeZone)
    if (first && first.dueAt <= dueAt) continue
    const { id: packId, version: packVersion } = pack
    first = { dueAt, packId, packVersion, ruleIndex, clock, sentence: sayRule(pack, rule.within, clock) }
  }
  return first
}

/** The sentence of a date that is stored. A rule that this release does not have is told by the name of its pack. */
export function tellRule(
  stored: { packId: string; packVersion: string; ruleIndex: number; clock: Clock },
  dueDays: number,
): string {
  const known = packsInForce([packKey({ id: stored.packId, version: stored.packVersion })], dueDays)
  const pack = known.find(({ id }) => id === stored.packId)
  const rule = pack?.rules[stored.ruleIndex]
  return pack && rule ? sayRule(pack, rule.within, stored.clock) : `${stored.packId} ${stored.packVersion} asks this`
}

function fits(when: When, inputs: Inputs): boolean {
  const holds = (words: readonly string[] | undefined, word: string) => words === undefined || words.includes(word)
  return holds(when.classification, inputs.classification) && holds(when.severity, inputs.severity)
}

/** Days and months by the wall clock of the zone: a time that a clock change skips is an hour later, of one that comes twice the first counts. */
function addWithin(startsAt: Date, within: Within, timeZone: string): Date {
  const start = Temporal.Instant.fromEpochMilliseconds(startsAt.getTime())
  const end = 'hours' in within ? start.add(within) : start.toZonedDateTimeISO(timeZone).add(within).toInstant()
  return new Date(end.epochMilliseconds)
}

/** "14 days", "48 hours", "one month". */
function sayWithin(within: Within): string {
  if ('hours' in within) return within.hours === 1 ? 'one hour' : `${within.hours} hours`
  if ('days' in within) return within.days === 1 ? 'one day' : `${within.days} days`
  return within.months === 1 ? 'one month' : `${within.months} months`
}

const clockWords: Record<Clock, string> = { released: 'release', 'first-seen': 'first sight here' }

const sayRule = (pack: RulePack, within: Within, clock: Clock) =>
  `${pack.title} asks ${sayWithin(within)} from ${clockWords[clock]}`
