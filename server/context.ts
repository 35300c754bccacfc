import type { ClientId, MspId } from '../db/tenant.ts'
import type { Action, Role } from './permissions.ts'

/** Who acts. Switches over `kind` are exhaustive. */
export type Actor = { kind: 'person'; userId: string; name: string; role: Role } | { kind: 'system'; job: string }

/**
 * Everything a verb may know about its caller. Made only in `server/auth/` (and by tests): whoever holds one has been authenticated.
 * `now` is the only clock of `server/`.
 */
export interface Context {
  actor: Actor
  mspId: MspId
  /** Which client organisations the actor may see. */
  clients: 'all' | readonly ClientId[]
  permissions: ReadonlySet<Action>
  now: Date
}

/** The name that records and pages show. */
export function actorName(actor: Actor): string {
  switch (actor.kind) {
    case 'person':
      return actor.name
    case 'system':
      return `Patchward (${actor.job})`
  }
}
