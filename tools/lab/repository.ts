import { existsSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { packagesParagraph, releaseText, sha256 } from './archive-files.ts'
import { writeDeb } from './deb.ts'
import type { PackageRef, Suite } from './packages.ts'
import { findPackage, suites } from './packages.ts'
import { replaceFile } from './replace-file.ts'
import { openSigningKey } from './signing-key.ts'

/** A signed apt archive in a folder. Changes run one after the other and show to apt as a whole or not at all. */
export type Repository = {
  folder: string
  /** Armored public key for Signed-By. */
  publicKeyFile: string
  publish: (...packages: PackageRef[]) => Promise<void>
  /** The version vanishes from index and pool. */
  withdraw: (...packages: PackageRef[]) => Promise<void>
  published: () => PackageRef[]
}

// All packages are `all`; each architecture's index holds the same list.
const architectures = ['amd64', 'arm64', 'armhf', 'i386', 'riscv64']

/** Opens (or makes) the archive in `folder`: `pool/`, `dists/`, `key/`, and `published.json` as its memory. */
export async function openRepository(folder: string): Promise<Repository> {
  const key = await openSigningKey(join(folder, 'key'))
  const memoryFile = join(folder, 'published.json')
  // Written only by this file, one line below.
  let published = (existsSync(memoryFile) ? JSON.parse(await readFile(memoryFile, 'utf8')) : []) as PackageRef[]
  let turn: Promise<void> = Promise.resolve()

  const change = (next: (before: PackageRef[]) => PackageRef[]) => {
    const done = turn.then(async () => {
      const before = published
      const after = next(before)
      for (const ref of after) await writePoolFile(folder, ref)
      for (const suite of allSuites()) await writeSuite(folder, suite, after, key.clearSign)
      await replaceFile(memoryFile, JSON.stringify(after))
      published = after
      for (const gone of before.filter((ref) => !includes(after, ref))) await rm(join(folder, poolPath(gone)))
    })
    turn = done.catch(() => {})
    return done
  }
  if (!existsSync(memoryFile)) await change(() => [])

  return {
    folder,
    publicKeyFile: key.publicKeyFile,
    publish: (...packages) => change((before) => [...before, ...packages.filter((ref) => !includes(before, ref))]),
    withdraw: (...packages) => change((before) => before.filter((ref) => !includes(packages, ref))),
    published: () => [...published],
  }
}

async function writePoolFile(folder: string, ref: PackageRef): Promise<void> {
  const file = join(folder, poolPath(ref))
  if (!existsSync(file)) await replaceFile(file, writeDeb(findPackage(ref).source))
}

// InRelease comes last: with Acquire-By-Hash it is the one file whose replacement makes the new state visible.
async function writeSuite(
  folder: string,
  suite: Suite,
  packages: PackageRef[],
  clearSign: (text: string) => Promise<string>,
): Promise<void> {
  const paragraphs = packages.flatMap((ref) => {
    const found = findPackage(ref)
    return found.suite === suite ? [packagesParagraph(found.source, writeDeb(found.source), poolPath(ref))] : []
  })
  const index = Buffer.from(paragraphs.join('\n'))
  const suiteFolder = join(folder, 'dists', suite)
  const indexes = new Map(architectures.map((name) => [`main/binary-${name}/Packages`, index]))
  for (const name of architectures) {
    await replaceFile(join(suiteFolder, `main/binary-${name}/by-hash/SHA256`, sha256(index)), index)
    await replaceFile(join(suiteFolder, `main/binary-${name}/Packages`), index)
  }
  const release = releaseText(suite, suites[suite], indexes, new Date())
  await replaceFile(join(suiteFolder, 'Release'), release)
  await replaceFile(join(suiteFolder, 'InRelease'), await clearSign(release))
}

function poolPath({ name, version }: PackageRef): string {
  return `pool/main/${name}/${name}_${version}_all.deb`
}

function includes(packages: PackageRef[], { name, version }: PackageRef): boolean {
  return packages.some((ref) => ref.name === name && ref.version === version)
}

function allSuites(): Suite[] {
  // The keys of a constant object are exactly its type's keys.
  return Object.keys(suites) as Suite[]
}
