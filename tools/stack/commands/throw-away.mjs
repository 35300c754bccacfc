import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { stackPaths } from '../paths.mjs'
import { isSameProcess, readRecord } from '../run/process-identity.mjs'
import { endLeftovers, openStack } from '../stack.mjs'

// Far enough from the demo's ports, and from each other, that no two want the same one.
const portOffsets = { shared: 500, own: 550 }

/** Ends and forgets the throw-away stacks whose launcher was killed. */
async function sweep() {
  const folder = join(stackPaths().state, 'tests')
  for (const id of existsSync(folder) ? readdirSync(folder) : []) {
    const paths = stackPaths(id)
    if (isSameProcess(readRecord(paths.run, 'launcher'))) continue
    await endLeftovers(paths)
    for (const path of [paths.postgres, paths.state]) rmSync(path, { recursive: true, force: true })
  }
}

/**
 * Opens a stack of its own that leaves nothing behind: other ports, own cluster, own Temporal. A launcher may have two: the `shared` one, and
 * one for tests that kill its parts.
 */
export async function openThrowAwayStack({ node, isDurable, hasLab = false, name = 'shared' }) {
  await sweep()
  const paths = stackPaths(`t${process.pid}-${name}`)
  return openStack({ paths, node, hasLab, isThrowAway: true, isDurable, portOffset: portOffsets[name] })
}
