import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AptRoot } from '../../tools/lab/apt-root.ts'
import { packagesParagraph, releaseText } from '../../tools/lab/archive-files.ts'
import { type DebSource, writeDeb } from '../../tools/lab/deb.ts'

/** Offers packages of the test's own making to one root, from a folder inside it. */
export function offerPackages(root: AptRoot, ...sources: DebSource[]): void {
  const folder = join(root.path, 'extra')
  mkdirSync(folder, { recursive: true })
  const paragraphs = sources.map((source) => {
    const file = `${source.name}_${source.version}_all.deb`
    const deb = writeDeb(source)
    writeFileSync(join(folder, file), deb)
    return packagesParagraph(source, deb, `./${file}`)
  })
  const index = Buffer.from(paragraphs.join('\n'))
  writeFileSync(join(folder, 'Packages'), index)
  writeFileSync(join(folder, 'Release'), releaseText('lab', 'Lab', new Map([['Packages', index]]), new Date()))
  writeFileSync(
    join(root.path, 'etc/apt/sources.list.d/extra.sources'),
    `Types: deb\nURIs: file:${folder}\nSuites: ./\nTrusted: yes\n`,
  )
}

/** A package that only holds one file; scripts and fields as given. */
export function plainPackage(name: string, version: string, more: Partial<DebSource> = {}): DebSource {
  return {
    name,
    version,
    description: `${name} of a test`,
    files: { [`/usr/lib/${name}/${name}.txt`]: `${name} ${version}\n` },
    ...more,
  }
}

/** Lines of a maintainer script that act once: while `mark` is not there. */
export function oncePerRoot(mark: string, lines: string): string {
  return `#!/bin/sh\nif [ ! -e "$DPKG_ROOT/${mark}" ]; then : > "$DPKG_ROOT/${mark}"\n${lines}\nfi\nexit 0\n`
}
