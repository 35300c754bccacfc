import { createHash } from 'node:crypto'
import type { Manager } from './order.ts'

/**
 * Key of an update set: SHA-256 hex over manager, names and versions, in the order of the names.
 * Equal sets on different devices share it.
 */
export function setKeyOf(manager: Manager, members: readonly { name: string; version: string }[]): string {
  const lines = members.map(({ name, version }) => `${name}=${version}`).sort()
  return createHash('sha256')
    .update([manager, ...lines].join('\n'))
    .digest('hex')
}
