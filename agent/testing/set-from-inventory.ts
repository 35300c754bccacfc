import type { InventoryRequest } from '../wire/door.ts'
import type { UpdateSet } from '../wire/order.ts'

/** The update set that holds `name=version`, as an order names it; null while the inventory does not show it. */
export function setFromInventory(inventory: InventoryRequest | null, wanted: string): UpdateSet | null {
  const missing = inventory?.missing && 'sets' in inventory.missing ? inventory.missing : null
  const found = missing?.sets.find(({ members }) =>
    members.some((index) => {
      const update = missing.updates[index]
      return `${update?.name}=${update?.version}` === wanted
    }),
  )
  if (!missing || !found) return null
  const updates = found.members.flatMap((index) => missing.updates[index] ?? [])
  return {
    key: found.key,
    undoClass: found.undoClass,
    updates: updates.map(({ manager, name, version, architecture, sha256, fromVersion }) => {
      return { manager, name, version, architecture, sha256, fromVersion }
    }),
    undo: updates.map(({ manager, name, version, architecture, fromVersion }, index) => {
      const sha256 = found.predecessors[index]?.sha256 ?? null
      return { manager, name, fromVersion: version, toVersion: fromVersion, architecture, sha256 }
    }),
  }
}
