import type { ClientIds } from './isolation.world.ts'

/**
 * What the isolation sweep asks of every procedure. HOW TO ADD YOURS: one line per procedure, keyed by its path in the router.
 *   reads: `'devices.get': { input: ({ deviceId }) => ({ deviceId }) }`, lists of the whole MSP: `'devices.list': { input: () => ({}), isList: true }`
 *   verbs: the same; add `answers` where a role differs from the rule below.
 * `input` is made from the ids of one client (add yours to `ClientIds` and make the thing in `isolation.world.ts`). The sweep calls it
 *   as nobody (UNAUTHORIZED), as a member of another MSP in this MSP (NOT_FOUND) and in their own with these ids (NOT_FOUND, the same
 *   words as for ids that never were), as a technician of another client (the same), and, with their own ids, as read-only (reads: ok,
 *   verbs: FORBIDDEN), technician and owner (reads: ok; verbs: allowed = success, or refused by the state of things).
 * `isList`: takes no id that must exist; outsiders get their own answer, in which nothing of others may stand.
 * In no answer may a name or an id stand that belongs to a client the caller may not see: the sweep reads the raw bytes.
 */
export interface Case {
  input: (ids: ClientIds) => unknown
  isList?: boolean
  answers?: Partial<Record<'readOnly' | 'technician' | 'owner', Answer>>
}
/** `ok`: succeeds. `allowed`: succeeds, or the state of things refuses it. Else the code of the refusal. */
export type Answer = 'ok' | 'allowed' | 'FORBIDDEN' | 'PRECONDITION_FAILED' | 'SERVICE_UNAVAILABLE'

const nothing = () => undefined

export const cases: Record<string, Case> = {
  'audit.list': { input: ({ clientId }) => ({ clientId }) },
  'session.counts': { input: nothing, isList: true },
  'session.get': { input: nothing, isList: true },
}

/** A second call of a procedure whose input has more than one form; keyed `<path> <what differs>`. */
export const furtherCases: Record<string, Case> = {
  'audit.list everything': { input: () => ({}), isList: true },
}
