import type { SectionHashes } from '../wire/door.ts'
import { sayTrouble, troubleBeginnings } from '../wire/trouble.ts'

export type Section = keyof SectionHashes

/** A door that was renewed may take what it refused before: then it is shown again. */
const keptMs = 60 * 60_000

const names: Record<Section, string> = {
  facts: 'the facts of this device',
  packages: 'the list of its packages',
  missing: 'what this device lacks',
}

/** Sections that the door does not take as they are: not sent again, and told instead, until they change. */
export class RefusedSections {
  readonly #refused = new Map<Section, { hash: string; words: string; untilMs: number }>()

  add(section: Section, hash: string, reason: string): void {
    const words = sayTrouble(`${troubleBeginnings.notTaken} ${names[section]}`, reason)
    this.#refused.set(section, { hash, words, untilMs: performance.now() + keptMs })
  }

  /** What to say in place of this very section; '' while it may be sent. */
  wordsFor(section: Section, hash: string): string {
    const refused = this.#refused.get(section)
    return refused?.hash === hash && performance.now() < refused.untilMs ? refused.words : ''
  }
}
