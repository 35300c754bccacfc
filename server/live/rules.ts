/** The channel from the worker to the web processes. */
export const changesChannel = 'patchward_changes'

/** Ids only, never names: what browsers refetch is read under their own rights. */
export interface ChangeNotice {
  mspId: string
  clientId: string | null
  topic: string
  /** Empty = many. */
  ids: string[]
}

/** Whose changes a stream carries. */
export interface LiveScope {
  mspId: string
  clients: 'all' | readonly string[]
}

/** What a browser is told. */
export interface LiveChange {
  topic: string
  /** Empty = many. */
  ids: string[]
}

/**
 * What of a notice the owner of a stream may hear: null for another MSP and for a client they may not see. A change of the MSP as
 * a whole reaches people with some clients without its ids.
 */
export function visibleChange(notice: ChangeNotice, scope: LiveScope): LiveChange | null {
  if (notice.mspId !== scope.mspId) return null
  if (scope.clients === 'all') return { topic: notice.topic, ids: notice.ids }
  if (notice.clientId === null) return { topic: notice.topic, ids: [] }
  return scope.clients.includes(notice.clientId) ? { topic: notice.topic, ids: notice.ids } : null
}

/** May a stream go on as it is, go on with other clients, or must it end? */
export function compareScopes(before: LiveScope, now: LiveScope | null): 'same' | 'changed' | 'over' {
  if (!now || now.mspId !== before.mspId) return 'over'
  const words = ({ clients }: LiveScope) => (clients === 'all' ? clients : [...clients].sort().join(' '))
  return words(before) === words(now) ? 'same' : 'changed'
}
