import { type Can, no, yes } from '../can.ts'
import { type Action, missingPermission } from '../permissions.ts'

/**
 * What a program may do: what a route of `server/rest/routes.ts` does, and nothing of what only people do (prove themselves anew, confirm
 * for a second person, ask people in, make keys). A key is never given anything else, and never has anything else at use.
 */
export const programActions = [
  'client:read',
  'device:read',
  'patch:read',
  'rollout:read',
  'audit:read',
  'patch:approve',
  'patch:reject',
  'patch:defer',
  'rollout:pause',
  'rollout:resume',
  'changes:stop',
] as const satisfies readonly Action[]
export type ProgramAction = (typeof programActions)[number]

/** May a person with these rights make a key, and why not. */
export const mayCreateKey = (permissions: readonly Action[]): Can =>
  permissions.includes('api-key:create') ? yes : no(missingPermission('api-key:create'))

/** The actions in the words of the screen. */
export const programActionWords: Record<ProgramAction, string> = {
  'client:read': 'Read clients',
  'device:read': 'Read devices',
  'patch:read': 'Read patches',
  'patch:approve': 'Approve patches',
  'patch:reject': 'Reject patches',
  'patch:defer': 'Defer patches',
  'rollout:read': 'Read rollouts',
  'rollout:pause': 'Pause rollouts',
  'rollout:resume': 'Resume rollouts',
  'changes:stop': 'Stop all changes',
  'audit:read': 'Read the audit log',
}

export const isProgramAction = (action: string): action is ProgramAction =>
  (programActions as readonly string[]).includes(action)

/** Words for the actions of a stored key; one that a newer version took away is left out, as it is at use. */
export function wordsOfActions(actions: readonly string[]): string[] {
  return programActions.filter((action) => actions.includes(action)).map((action) => programActionWords[action])
}

export const dayMs = 24 * 3_600_000
/** A key ends by itself at the latest after a year. */
export const mostDays = 365
/** Keys of one person that work at the same time: more are forgotten ones. */
export const mostKeys = 25

export type KeyState = 'usable' | 'expired' | 'revoked'

/** Whether a key could still be used. `isUsableSql` (key-rows.ts) is the same for the database. */
export function keyState(key: { revokedAt: Date | null; expiresAt: Date }, now: Date): KeyState {
  if (key.revokedAt) return 'revoked'
  return key.expiresAt <= now ? 'expired' : 'usable'
}

/** What a key may do now: what it was given, cut to what its person may do at this moment. */
export function rightsOfKey(given: readonly string[], person: ReadonlySet<Action>): ReadonlySet<Action> {
  return new Set<Action>(programActions.filter((action) => given.includes(action) && person.has(action)))
}

/** Which clients a key sees now: those it was given (null = all of its person), cut to those its person sees at this moment. */
export function clientsOfKey<T extends string>(
  given: readonly string[] | null,
  person: 'all' | readonly T[],
): 'all' | readonly string[] {
  if (given === null) return person
  return person === 'all' ? given : person.filter((id) => given.includes(id))
}
