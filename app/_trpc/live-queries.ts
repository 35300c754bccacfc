import type { Query } from '@tanstack/react-query'
import type { Outputs } from '@/server/api/root'
import type { Topic } from '@/server/audit/record-audit'

/** The one place that says which nouns' queries a topic may change. A query of a noun that is not on the page costs nothing. */
const nounsOf: Record<Topic, readonly (keyof Outputs)[]> = {
  client: [
    'clients',
    'clientGroups',
    'overview',
    'session',
    'devices',
    'policies',
    'rollouts',
    'patches',
    'holds',
    'enrolment',
    'members',
    'needs',
    'billing',
  ],
  'client-group': ['clientGroups', 'clients', 'patches'],
  site: ['clients', 'enrolment', 'devices'],
  device: ['devices', 'clients', 'overview', 'patches', 'rollouts', 'holds', 'session', 'enrolment', 'changes'],
  enrolment: ['enrolment', 'clients', 'devices', 'overview'],
  consent: ['patches', 'devices', 'overview', 'session'],
  exception: ['exceptions', 'devices', 'patches', 'overview', 'needs', 'session'],
  hold: ['holds', 'patches', 'devices', 'overview', 'rollouts', 'session'],
  'api-key': ['apiKeys'],
  invitation: ['members'],
  member: ['session', 'members', 'apiKeys'],
  // All changes are stopped, or go on: that stands on every page.
  msp: ['session', 'settings', 'changes', 'overview', 'needs', 'devices', 'rollouts', 'billing'],
  proposal: ['proposals', 'overview', 'session', 'needs'],
  patch: ['patches', 'devices', 'overview', 'proposals', 'session'],
  policy: ['policies', 'clients', 'overview', 'devices', 'patches'],
  report: ['reports'],
  rollout: [
    'rollouts',
    'clients',
    'overview',
    'devices',
    'patches',
    'policies',
    'proposals',
    'holds',
    'session',
    'needs',
  ],
}

/** Every topic there is. */
export const topics: readonly string[] = Object.keys(nounsOf)

/** Does this query read what one of the topics may have changed? Its key begins with the path: [['devices', 'get'], …]. */
export function isTouched(query: Pick<Query, 'queryKey'>, changed: Iterable<string>): boolean {
  const [path] = query.queryKey
  const noun: unknown = Array.isArray(path) ? path[0] : undefined
  if (noun === 'audit') return true
  for (const topic of changed) {
    // A topic this build does not know may concern anything.
    const nouns: readonly string[] | undefined = Object.hasOwn(nounsOf, topic) ? nounsOf[topic as Topic] : undefined
    if (!nouns || (typeof noun === 'string' && nouns.includes(noun))) return true
  }
  return false
}
