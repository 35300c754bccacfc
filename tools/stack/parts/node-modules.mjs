import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Advice, lastLines } from '../advice.mjs'
import { hashSources } from '../hash-sources.mjs'
import { checkout } from '../paths.mjs'
import { step } from '../progress.mjs'
import { runCommand } from '../run-command.mjs'
import { npmCommand, pathWith } from './node-runtime.mjs'

/**
 * True when the tree that npm recorded holds exactly what the lock file asks for (optional parts of other platforms
 * may be absent). Lets a tree made by plain `npm install` count as current.
 */
export function isTreeCurrent(lock, tree) {
  const wanted = lock.packages ?? {}
  const present = tree.packages ?? {}
  for (const [path, entry] of Object.entries(wanted)) {
    if (path === '' || entry.link) continue
    const found = present[path]
    if (!found) {
      if (entry.optional || entry.devOptional) continue
      return false
    }
    if (found.version !== entry.version || found.integrity !== entry.integrity) return false
  }
  return Object.keys(present).every((path) => path in wanted)
}

/** What npm installs in a checkout, and what is mended of it after that (`patches/`), as one word. */
export const installHash = (root) => `${process.arch} ${hashSources(root, ['package-lock.json', 'patches'])}`

function isCurrent(root, hash) {
  const stamp = join(root, 'node_modules', '.patchward-lock')
  if (existsSync(stamp)) return readFileSync(stamp, 'utf8') === hash
  const tree = join(root, 'node_modules', '.package-lock.json')
  if (!existsSync(tree)) return false
  const read = (file) => JSON.parse(readFileSync(file, 'utf8'))
  return isTreeCurrent(read(join(root, 'package-lock.json')), read(tree))
}

/** Runs `npm ci` when node_modules is missing or does not belong to package-lock.json; answers whether it had to. */
export async function ensureNodeModules(node, root = checkout) {
  const lock = join(root, 'package-lock.json')
  if (!existsSync(lock))
    throw new Advice('package-lock.json is missing: get it back from the repository and run this again.')
  const hash = installHash(root)
  const isStale = !isCurrent(root, hash)
  if (isStale) {
    await step('Dependencies: npm ci', async () => {
      const [npm, first] = npmCommand(node.path)
      const env = { ...process.env, PATH: pathWith(node), NODE_ENV: 'development' }
      const { code, stderr } = await runCommand(npm, [...first, 'ci', '--no-audit', '--no-fund'], { cwd: root, env })
      if (code !== 0) {
        throw new Advice(
          `npm ci failed: check that the npm registry can be reached, then run this again.\n${lastLines(stderr)}`,
        )
      }
    })
  }
  // Another checkout may share the file: it is put in place, never written into.
  const stamp = join(root, 'node_modules', '.patchward-lock')
  writeFileSync(`${stamp}.new`, hash)
  renameSync(`${stamp}.new`, stamp)
  return isStale
}
