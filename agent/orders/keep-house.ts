import { readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Device } from '../device.ts'

const transactionsKept = 50
const journalsKept = 500

/** Removes what nobody will ask for any more: old transactions, old journals, package files of long gone versions. */
export function keepHouse(device: Device): void {
  const open = [...device.book.open.values()]
  const running = new Set(open.flatMap(({ running }) => (running ? [running.transactionId] : [])))
  removeOldest(join(device.stateDir, 'transactions'), transactionsKept, running)
  device.book.prune(device.now())
  removeOldest(join(device.stateDir, 'orders', 'ended'), journalsKept, new Set())
  const needed = new Set<string>()
  const need = (name: string, version: string | null) => {
    const stored = version === null ? null : device.store.find({ name, version, sha256: null })
    if (stored) needed.add(stored.sha256)
  }
  for (const { order } of open) {
    if (order.verb !== 'install' && order.verb !== 'rollback' && order.verb !== 'stage') continue
    for (const set of order.sets) for (const { name, toVersion } of set.undo) need(name, toVersion)
    if (order.verb === 'rollback') continue
    for (const { updates } of order.sets) for (const { name, version } of updates) need(name, version)
  }
  device.store.prune(needed)
}

function removeOldest(folder: string, kept: number, inUse: ReadonlySet<string>): void {
  const entries = readdirSync(folder).filter((name) => !inUse.has(name))
  if (entries.length <= kept) return
  const dated = entries.map((name) => ({ name, atMs: statSync(join(folder, name)).mtimeMs }))
  dated.sort((one, other) => other.atMs - one.atMs)
  for (const { name } of dated.slice(kept)) rmSync(join(folder, name), { recursive: true, force: true })
}
