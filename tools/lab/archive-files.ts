import { createHash } from 'node:crypto'
import type { DebSource } from './deb.ts'
import { controlParagraph } from './deb.ts'

/** The paragraph of a package in an archive's Packages file. `poolPath` is relative to the archive's root. */
export function packagesParagraph(source: DebSource, deb: Buffer, poolPath: string): string {
  return `${controlParagraph(source)}Filename: ${poolPath}\nSize: ${deb.length}\nSHA256: ${sha256(deb)}\n`
}

/** The text of a Release file over index files (paths relative to the suite's folder). `at` becomes its date. */
export function releaseText(suite: string, label: string, indexes: Map<string, Buffer>, at: Date): string {
  const architectures = [...indexes.keys()].map((path) => path.match(/binary-([^/]+)\//)?.[1]).filter(Boolean)
  const sums = [...indexes].map(([path, content]) => ` ${sha256(content)} ${content.length} ${path}\n`)
  return [
    'Origin: LabOS\n',
    `Label: ${label}\n`,
    `Suite: ${suite}\n`,
    `Codename: ${suite}\n`,
    `Date: ${at.toUTCString().replace('GMT', 'UTC')}\n`,
    'Acquire-By-Hash: yes\n',
    `Architectures: ${architectures.join(' ')}\n`,
    'Components: main\n',
    'Description: archive of the Patchward device lab\n',
    'SHA256:\n',
    ...sums,
  ].join('')
}

/** Lower-case hexadecimal SHA-256. */
export function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex')
}
