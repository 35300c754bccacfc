import type { ClientId, MspId } from '../db/tenant.ts'
import type { Action, Role } from './permissions.ts'

/** Who acts. Switches over `kind` are exhaustive. */
export type Actor =
  /** `provedAt`: when they last proved who they are, for what needs a step-up; null = never in this session. */
  | { kind: 'person'; userId: string; name: string; role: Role; provedAt: Date | null }
  /** A program of a person. It never proves anything anew. */
  | { kind: 'api-key'; keyId: string; userId: string; name: string }
  | { kind: 'system'; job: string }

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
    case 'api-key':
      return actor.name
    case 'system':
      return `Patchward (${actor.job})`
  }
}

/** What records know an actor by: the id of the person or of the key, or the name of the job. */
export function actorId(actor: Actor): string {
  switch (actor.kind) {
    case 'person':
      return actor.userId
    case 'api-key':
      return actor.keyId
    case 'system':
      return actor.job
  }
}
