import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

const isTestFile = (name) => /\.test\.m?[jt]sx?$/.test(name)

function* walk(path) {
  if (!existsSync(path)) return
  if (!statSync(path).isDirectory()) {
    yield path
    return
  }
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    if (entry.name === 'node_modules' || entry.name === 'histories' || isTestFile(entry.name)) continue
    yield* walk(join(path, entry.name))
  }
}

/** One hash over names and contents of the given files and folders, tests left out. */
export function hashSources(root, paths) {
  const hash = createHash('sha256')
  for (const file of paths.flatMap((path) => [...walk(join(root, path))]).sort()) {
    hash
      .update(`${relative(root, file)}\0`)
      .update(readFileSync(file))
      .update('\0')
  }
  return hash.digest('hex')
}

/** True when the stamp file says that `hash` is what was built last. */
export function isStampCurrent(file, hash) {
  return existsSync(file) && readFileSync(file, 'utf8') === hash
}

/** Remembers what was built. */
export function writeStamp(file, hash) {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, hash)
}
