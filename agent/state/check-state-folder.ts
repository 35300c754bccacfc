import { lstatSync, readdirSync, type Stats, statSync } from 'node:fs'
import { join } from 'node:path'

/** Folders of the agent in its state folder. What lies in `tmp` and `apt-cache` is made by apt and thrown away. */
const ownFolders = ['orders', 'orders/ended', 'store', 'transactions', 'apt-cache', 'tmp']
const keyFile = 'device-key.pem'

/**
 * Throws a sentence when somebody else could have put something into the state folder, or could now: a foreign owner, a folder that
 * others may write to, a link in place of a file. Who can write there could give the device another key or other orders.
 */
export function checkStateFolder(stateDir: string): void {
  const link = lstatSync(stateDir)
  // A link to another disk is an administrator's; what it leads to is judged like any folder.
  if (link.isSymbolicLink() && link.uid !== 0) checkOwner(stateDir, link)
  checkFolder(stateDir, statSync(stateDir))
  for (const name of readdirSync(stateDir)) checkEntry(join(stateDir, name))
  for (const folder of ownFolders) {
    const path = join(stateDir, folder)
    const stats = lstatSync(path, { throwIfNoEntry: false })
    if (!stats) continue
    checkEntry(path)
    checkFolder(path, stats)
    if (folder === 'orders' || folder === 'orders/ended')
      for (const name of readdirSync(path)) checkEntry(join(path, name))
  }
  const key = lstatSync(join(stateDir, keyFile), { throwIfNoEntry: false })
  if (key && (key.mode & 0o077) !== 0)
    throw new Error(
      `${join(stateDir, keyFile)} can be read or written by others (mode ${modeOf(key)}): it must be 0600`,
    )
}

/** The same for a folder in which a device is about to be enrolled; one that is empty may become its own. */
export function checkNewStateFolder(stateDir: string): void {
  const stats = statSync(stateDir, { throwIfNoEntry: false })
  if (!stats) return
  if (stats.isDirectory() && readdirSync(stateDir).length === 0) checkOwner(stateDir, stats)
  else checkStateFolder(stateDir)
}

function checkEntry(path: string): void {
  // Listed a moment ago and gone: a draft of an agent that runs here. The lock, taken next, tells of that one.
  const stats = lstatSync(path, { throwIfNoEntry: false })
  if (!stats) return
  if (stats.isSymbolicLink()) throw new Error(`${path} is a link: the agent keeps its state in files of its own`)
  checkOwner(path, stats)
}

function checkFolder(path: string, stats: Stats): void {
  if (!stats.isDirectory()) throw new Error(`${path} is not a folder`)
  checkOwner(path, stats)
  if ((stats.mode & 0o022) !== 0)
    throw new Error(`${path} can be written to by others (mode ${modeOf(stats)}): look what is in it, then chmod go-w`)
}

function checkOwner(path: string, { uid }: Stats): void {
  const own = process.geteuid?.()
  if (own !== undefined && uid !== own)
    throw new Error(
      `${path} belongs to user ${uid}, and this agent runs as user ${own}: it does not trust what is in it`,
    )
}

const modeOf = ({ mode }: Stats) => (mode & 0o7777).toString(8).padStart(4, '0')
