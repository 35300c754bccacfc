import type { Choice, PatchData } from './patch-types'

export type Verb = 'approve' | 'reject' | 'defer' | 'hold'

/** Why each button is closed, or null; `shown` is the sentence that stands below them. */
export function closedReasons(data: PatchData, choice: Choice): Record<Verb, string | null> & { shown: string | null } {
  const none = choice.clients.length === 0 ? 'Tick at least one client.' : null
  const allIn = (state: string) =>
    choice.clients.length > 0 &&
    choice.clients.every((client) => client.standing.tallies.every((tally) => tally.state === state))
  const may = (verb: Verb) => {
    const right = data.may[verb]
    return right.can ? null : right.reason
  }
  const approve =
    may('approve') ??
    none ??
    (allIn('held') ? 'It is held there: lift the hold first.' : null) ??
    (allIn('approved') ? 'It is approved there already.' : null)
  const reject = may('reject') ?? none
  const defer = may('defer') ?? none
  const hold = may('hold') ?? none
  return { approve, reject, defer, hold, shown: approve ?? reject ?? defer ?? hold }
}
