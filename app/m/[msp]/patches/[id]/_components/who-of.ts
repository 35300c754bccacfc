import type { ConfirmWho } from '@/components/confirm-count'
import { plural } from '@/components/format'
import type { PatchClient } from './patch-types'

const mostNamed = 6

/** The clients that most devices are at, each with its count and what is told of it; the rest in one line. */
export function whoOf(
  clients: readonly PatchClient[],
  countOf: (client: PatchClient) => number,
  tell?: (client: PatchClient) => string,
): ConfirmWho[] {
  const ordered = clients.toSorted((a, b) => countOf(b) - countOf(a))
  const rest = ordered.slice(mostNamed)
  const named = ordered.slice(0, mostNamed).map((client) => ({
    key: client.clientId,
    count: countOf(client),
    name: client.name,
    how: tell?.(client),
  }))
  if (rest.length === 0) return named
  const count = rest.reduce((sum, client) => sum + countOf(client), 0)
  return [...named, { key: 'rest', count, name: `at ${plural(rest.length, 'more client', 'more clients')}` }]
}
