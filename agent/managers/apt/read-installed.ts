import { runProgram } from '../../run-program.ts'
import type { InstalledPackage } from '../../wire/door.ts'
import { type AptRoot, qualifiedName } from './apt-root.ts'

/** What dpkg knows of one package now. `version` null = not installed (also when only its settings are left). */
export interface InstalledRead {
  name: string
  version: string | null
  architecture: string
  /** Status abbreviation such as `ii`, `iF`, `rc`; `un` when dpkg does not know the package. */
  status: string
}

// biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query's own placeholders
const format = '${Package}\\t${Version}\\t${db:Status-Abbrev}\\t${Architecture}\\n'

/** All packages that dpkg has in any state but gone, foreign architectures with theirs in the name. */
export async function listInstalled(apt: AptRoot): Promise<InstalledPackage[]> {
  const reads = parsePackageList(await queryPackages(apt, []), apt)
  return reads.flatMap((read) =>
    read.version === null
      ? []
      : [
          {
            manager: 'apt' as const,
            name: read.name,
            version: read.version,
            architecture: read.architecture,
            status: read.status,
          },
        ],
  )
}

/** Reads the versions of named packages back from dpkg, in the order of the names. */
export async function readInstalled(apt: AptRoot, names: readonly string[]): Promise<InstalledRead[]> {
  if (names.length === 0) return []
  const reads = new Map(parsePackageList(await queryPackages(apt, names), apt).map((read) => [read.name, read]))
  return names.map((name) => reads.get(name) ?? { name, version: null, architecture: '', status: 'un' })
}

/** Reads lines of name, version, status abbreviation and architecture. */
export function parsePackageList(text: string, apt: Pick<AptRoot, 'architecture'>): InstalledRead[] {
  const reads: InstalledRead[] = []
  for (const line of text.split('\n')) {
    const [name, version, abbreviation, architecture] = line.split('\t')
    if (!name || architecture === undefined || abbreviation === undefined) continue
    const status = abbreviation.trim()
    // The second letter says how far the package is there: `n` not at all, `c` only its settings.
    const isThere = !['n', 'c'].includes(status[1] ?? 'n')
    const isForeign = architecture !== 'all' && architecture !== apt.architecture
    reads.push({
      name: isForeign ? `${name}:${architecture}` : name,
      version: isThere && version ? version : null,
      architecture,
      status,
    })
  }
  return reads
}

async function queryPackages(apt: AptRoot, names: readonly string[]): Promise<string> {
  const args = [`--admindir=${apt.adminDir}`, '-W', '-f', format, ...names]
  const { code, stdout, stderr } = await runProgram('dpkg-query', args, { env: apt.env })
  // 1 = some of the names are not known, which is an answer too.
  if (code === 0 || (code === 1 && names.length > 0)) return stdout
  throw new Error(`dpkg-query ended with ${code}: ${stderr.trim()}`)
}

/** Name under which `readInstalled` answers for a package of an order. */
export function readName(apt: AptRoot, item: { name: string; architecture: string }): string {
  return qualifiedName(apt, item.name, item.architecture)
}
