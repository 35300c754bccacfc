import { type AgentConfig, pinRoot } from '../config.ts'
import { log, messageOf } from '../log.ts'
import type { RootsAnswer, RootsRequest } from '../wire/door.ts'
import { type KeyRoot, versionOf } from '../wire/envelope.ts'

export interface RootNeeds {
  stateDir: string
  config: AgentConfig
  ask: (request: RootsRequest) => Promise<RootsAnswer>
  /** Sees each newer root before it is kept. */
  observe?: ((root: KeyRoot) => void) | undefined
  /** Nothing more is asked once it is given. */
  signal?: AbortSignal
}

/** How often the door is asked in one go: it hands out all that there is, so that twice is usual. */
const mostRounds = 10

/**
 * Keeps the keys that may sign orders up to date: from the pinned root to the newest, one version after the other, each on the disk before it
 * is used. What does not follow is refused and told to the door, and the pinned root stays.
 */
export class RootFollower {
  readonly #needs: RootNeeds
  /** The version that the door knows to be pinned here: the first needs no telling. */
  #toldVersion = 1
  #toldRefusal: string | null = null

  constructor(needs: RootNeeds) {
    this.#needs = needs
  }

  /** `newest`: what the door says there is, undefined where it knows of no rotation. Never throws: the next check-in tries again. */
  async follow(newest: number | undefined): Promise<void> {
    const { config, ask, signal } = this.#needs
    const isTold = this.#toldVersion === versionOf(config.root)
    if (newest === undefined || (newest <= versionOf(config.root) && isTold)) return
    try {
      let refusal: string | null = null
      for (let round = 0; round < mostRounds && !signal?.aborted; round += 1) {
        const after = versionOf(config.root)
        const { roots } = await ask({ after, refusal })
        this.#toldVersion = after
        if (refusal !== null) {
          // One in each go, whatever is answered: a door could go to and fro between two without end.
          this.#toldRefusal = refusal
          return
        }
        refusal = await this.#take(Array.isArray(roots) ? roots : [])
        // Asked once more after each step, which tells the door how far this is, and once to tell a refusal.
        if (versionOf(config.root) === after && (refusal === null || refusal === this.#toldRefusal)) return
      }
    } catch (error) {
      if (signal?.aborted) return
      log('warn', 'the signing keys could not be brought up to date', { reason: messageOf(error) })
    }
  }

  /** Pins as many of these as follow. Answers why one was refused, or null. Throws when the disk is full. */
  async #take(roots: readonly unknown[]): Promise<string | null> {
    const { config, stateDir, observe } = this.#needs
    if (roots.length === 0) return null
    // Zod comes with it: most lives of an agent see no rotation.
    const { readNextRoot } = await import('../wire/root.ts')
    for (const given of roots) {
      const { root, refusal } = readNextRoot(config.root, given)
      if (refusal !== undefined) {
        if (refusal !== this.#toldRefusal)
          log('error', 'the next signing keys were refused', { reason: refusal, stays: versionOf(config.root) })
        return refusal
      }
      observe?.(root)
      pinRoot(stateDir, config, root)
      log('info', 'other keys sign orders from now on', {
        version: versionOf(root),
        keys: root.keys.map(({ keyid }) => keyid),
      })
    }
    return null
  }
}
