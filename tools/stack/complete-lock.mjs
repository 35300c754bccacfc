import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { checkout } from './paths.mjs'

const systems = ['android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32']
const processors = ['arm', 'arm64', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'wasm32', 'x64']
const libraries = { gnu: 'glibc', musl: 'musl' }

/** Reads operating system, processor and C library out of a name like '@next/swc-linux-x64-musl', or undefined. */
export function platformOf(name) {
  const words = name.split('/').at(-1).split('-')
  const os = words.filter((word) => systems.includes(word))
  const cpu = words.filter((word) => processors.includes(word))
  const libc = words.flatMap((word) => libraries[word] ?? [])
  if (cpu.length !== 1) return undefined
  return { ...(os.length > 0 && { os }), cpu, ...(libc.length > 0 && { libc }) }
}

/** Where npm would find `name` from the package at `path`: its own node_modules, then each one further out. */
function isFound(packages, path, name) {
  for (let at = path; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
    if (`${at}/node_modules/${name}` in packages) return true
    if (at === '') return `node_modules/${name}` in packages
    if (!at.includes('/node_modules/')) at = ''
  }
}

/**
 * npm leaves optional packages of other platforms out of the lock file when the registry at hand does not have them,
 * and `npm ci` then refuses the file everywhere. Adds them by name and exact version; returns the names added.
 */
export function completeLock(lock) {
  const added = []
  for (const [path, entry] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      const platform = platformOf(name)
      if (!platform || !/^\d/.test(version) || isFound(lock.packages, path, name)) continue
      const isDev = entry.dev ? { dev: true } : {}
      lock.packages[`node_modules/${name}`] = { version, ...isDev, optional: true, ...platform }
      added.push(`${name}@${version}`)
    }
  }
  lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)))
  return added
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const file = process.argv[2] ?? join(checkout, 'package-lock.json')
  const lock = JSON.parse(readFileSync(file, 'utf8'))
  const added = completeLock(lock)
  if (added.length > 0) writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`)
  console.log(added.length > 0 ? `added ${added.join(', ')}` : 'nothing is missing')
}
