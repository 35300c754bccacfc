import { perform, type Tx } from '../access.ts'
import type { Change } from '../audit/record-audit.ts'
import type { Context } from '../context.ts'
import type { Action } from '../permissions.ts'
import { askSecondPerson, type Proposed, type WideAction } from './ask-second-person.ts'
import { lockOwnActs } from './lock-own-acts.ts'

/** A verb that was found possible: whom it reaches, in what words, and how it is done. */
interface Ready<T> extends Omit<WideAction, 'action' | 'input' | 'reason'> {
  /** What the verb answers once it is done. */
  value: T
  apply(): Promise<Change[]>
}

/** A verb that is only proposed where it reaches many (`askSecondPerson`), and done else. `action` is its key in `proposable`. */
export function performOrPropose<T>(
  ctx: Context,
  action: Action,
  input: { reason: string },
  check: (tx: Tx) => Promise<Ready<T>>,
): Promise<T | Proposed> {
  return perform<T | Proposed>(ctx, action, async (tx) => {
    await lockOwnActs(tx, ctx, action)
    const { value, apply, ...wide } = await check(tx)
    const proposed = await askSecondPerson(tx, ctx, { ...wide, action, input: { ...input }, reason: input.reason })
    return proposed ?? { value, changes: await apply() }
  })
}
