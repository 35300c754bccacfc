import { createHash } from 'node:crypto'
import { posix } from 'node:path'
import type { TarEntry } from './tar.ts'
import { writeTar } from './tar.ts'

/** What a Debian package holds. `files` maps absolute paths to text; `scripts` are maintainer scripts by name. */
export type DebSource = {
  name: string
  version: string
  fields?: Record<string, string>
  description: string
  files: Record<string, string>
  conffiles?: string[]
  scripts?: Partial<Record<'preinst' | 'postinst' | 'prerm' | 'postrm', string>>
}

/** The control paragraph of a package, as it stands in the package and in an archive's Packages file. */
export function controlParagraph(source: DebSource): string {
  const sizeBytes = Object.values(source.files).reduce((total, text) => total + Buffer.byteLength(text), 0)
  const fields = {
    Package: source.name,
    Version: source.version,
    Architecture: 'all',
    Maintainer: 'Patchward lab <lab@localhost>',
    'Installed-Size': String(Math.max(1, Math.ceil(sizeBytes / 1024))),
    Section: 'misc',
    Priority: 'optional',
    ...source.fields,
    Description: source.description,
  }
  return Object.entries(fields)
    .map(([field, value]) => `${field}: ${value}\n`)
    .join('')
}

/** Writes a `.deb` (ar with two uncompressed tars): the same source always gives the same bytes. */
export function writeDeb(source: DebSource): Buffer {
  const files = Object.entries(source.files).sort(([one], [other]) => (one < other ? -1 : 1))
  const control: TarEntry[] = [{ path: './', mode: 0o755 }]
  const addControl = (name: string, text: string, mode = 0o644) =>
    control.push({ path: `./${name}`, mode, content: Buffer.from(text) })
  addControl('control', controlParagraph(source))
  addControl('md5sums', files.map(([path, text]) => `${md5(text)}  ${path.slice(1)}\n`).join(''))
  if (source.conffiles?.length) addControl('conffiles', source.conffiles.map((path) => `${path}\n`).join(''))
  for (const [name, text] of Object.entries(source.scripts ?? {})) addControl(name, text, 0o755)

  const folders = new Set(files.flatMap(([path]) => parentFolders(path)))
  const data: TarEntry[] = [
    ...[...folders].sort().map((folder) => ({ path: folder, mode: 0o755 })),
    ...files.map(([path, text]) => ({ path: `.${path}`, mode: 0o644, content: Buffer.from(text) })),
  ]
  return writeAr([
    ['debian-binary', Buffer.from('2.0\n')],
    ['control.tar', writeTar(control)],
    ['data.tar', writeTar(data)],
  ])
}

function parentFolders(path: string): string[] {
  const parent = posix.dirname(path)
  return parent === '/' ? ['./'] : [...parentFolders(parent), `.${parent}/`]
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex')
}

function writeAr(members: [name: string, content: Buffer][]): Buffer {
  const parts = members.flatMap(([name, content]) => [
    Buffer.from(`${name.padEnd(16)}${'0'.padEnd(12)}${'0'.padEnd(6)}${'0'.padEnd(6)}${'100644'.padEnd(8)}`),
    Buffer.from(`${String(content.length).padEnd(10)}\`\n`),
    content,
    Buffer.from(content.length % 2 ? '\n' : ''),
  ])
  return Buffer.concat([Buffer.from('!<arch>\n'), ...parts])
}
