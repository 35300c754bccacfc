import type { ClientIds, State } from '../api/isolation.world.ts'

/** What the sweep asks of each route, keyed `<METHOD> <path>`: the path's own names are taken out of the input. */
export interface RestCase {
  input: (ids: ClientIds) => Record<string, unknown>
  /** Takes no id that must exist: outsiders get their own answer, in which nothing of others may stand. */
  isList?: boolean
  /** Reaches all clients: a key that sees some of them is refused. */
  isWhole?: boolean
  /** How things stand at the client when somebody who may do it does it. */
  state?: State
}

export const cases: Record<string, RestCase> = {
  'GET /clients': { input: () => ({}), isList: true },
  'GET /devices': { input: () => ({}), isList: true },
  'GET /devices/{deviceId}': { input: ({ deviceId }) => ({ deviceId }) },
  'GET /patches': { input: () => ({}), isList: true },
  'POST /patches/{patchId}/decisions': {
    input: ({ patchId, clientId }) => ({ patchId, kind: 'approve', clients: [clientId] }),
  },
  'GET /rollouts': { input: () => ({}), isList: true },
  'GET /rollouts/{rolloutId}': { input: ({ rolloutId }) => ({ rolloutId }) },
  'POST /rollouts/{rolloutId}/pause': { input: ({ rolloutId }) => ({ rolloutId, reason: 'A test' }) },
  'POST /rollouts/{rolloutId}/resume': { input: ({ rolloutId }) => ({ rolloutId, reason: 'A test' }), state: 'paused' },
  'POST /changes/stop': { input: () => ({ reason: 'A test' }), isList: true, isWhole: true },
  'GET /audit': { input: ({ clientId }) => ({ clientId }) },
}

/** A second call of a route whose input has more than one form; keyed `<METHOD> <path> <what differs>`. */
export const furtherCases: Record<string, RestCase> = {
  'GET /devices of a client': { input: ({ clientId }) => ({ clientId }) },
  'GET /devices by a word of every name': { input: () => ({ search: 'canary' }), isList: true },
  'GET /patches past': { input: () => ({ filter: 'past' }), isList: true },
  'GET /rollouts of a client': { input: ({ clientId }) => ({ clientId }) },
  'GET /audit everything': { input: () => ({}), isList: true },
  'POST /patches/{patchId}/decisions for one device': {
    input: ({ patchId, clientId, deviceId }) => ({ patchId, kind: 'approve', clients: [clientId], deviceId }),
  },
  'POST /patches/{patchId}/decisions with no': {
    input: ({ patchId, clientId }) => ({ patchId, kind: 'reject', clients: [clientId], reason: 'A test' }),
  },
}
