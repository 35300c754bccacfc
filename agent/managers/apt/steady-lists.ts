import { wait } from '../../wait.ts'
import type { AptRoot } from './apt-root.ts'
import { hashLists } from './package-hashes.ts'
import { findListsOwner } from './package-locks.ts'

const maxLooks = 20
const pauseMs = 500

/**
 * Watches the lists of the archives: the answer says whether somebody (the system's own timer, our own look) has put others in place
 * since, or is about to. apt takes no lock to read them: what failed meanwhile failed by that, with ever other words.
 */
export function watchLists(apt: AptRoot): () => boolean {
  const before = hashLists(apt)
  return () => findListsOwner(apt) !== null || hashLists(apt) !== before
}

/** Does work that only reads, again when it failed while the lists were replaced under it. The last answer, good or not. */
export async function overSteadyLists<T>(
  apt: AptRoot,
  work: () => Promise<T>,
  isGood: (answer: T) => boolean,
): Promise<T> {
  for (let look = 1; ; look += 1) {
    const haveMoved = watchLists(apt)
    const answer = await work()
    if (isGood(answer) || !haveMoved() || look === maxLooks) return answer
    await wait(pauseMs)
  }
}
