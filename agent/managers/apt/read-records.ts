import { runProgram } from '../../run-program.ts'
import type { AptRoot } from './apt-root.ts'
import { parseStanzas, type Stanza } from './parse-stanzas.ts'
import { overSteadyLists } from './steady-lists.ts'

/** What apt's cache knows of one exact version. */
export interface PackageRecord {
  name: string
  version: string
  architecture: string
  /** Null when no archive offers this version (any more). */
  sha256: string | null
  sizeBytes: number | null
  isInArchive: boolean
  /** From a `Severity` field where an archive has one. */
  severity: string | null
  stanza: Stanza
}

const batchSize = 100

/** Records by `name=version`; versions that apt does not know are not in the answer. */
export async function readRecords(
  apt: AptRoot,
  wanted: readonly { name: string; version: string }[],
): Promise<Map<string, PackageRecord>> {
  const found = new Map<string, PackageRecord>()
  const names = [...new Set(wanted.map(({ name, version }) => `${name}=${version}`))]
  for (let start = 0; start < names.length; start += batchSize) {
    const batch = names.slice(start, start + batchSize)
    const answer = await overSteadyLists(
      apt,
      () => runProgram('apt-cache', ['show', ...batch], { env: apt.env }),
      ({ code }) => code === 0,
    )
    if (answer.code === 0) {
      addRecords(found, answer.stdout, apt)
      continue
    }
    // One unknown version spoils the whole answer: ask one by one.
    for (const name of batch) {
      const single = await runProgram('apt-cache', ['show', name], { env: apt.env })
      if (single.code === 0) addRecords(found, single.stdout, apt)
    }
  }
  return found
}

function addRecords(found: Map<string, PackageRecord>, text: string, apt: AptRoot): void {
  for (const stanza of parseStanzas(text)) {
    const { fields } = stanza
    const bare = fields.get('Package')
    const version = fields.get('Version')
    const architecture = fields.get('Architecture') ?? ''
    if (!bare || !version) continue
    const name = architecture === 'all' || architecture === apt.architecture ? bare : `${bare}:${architecture}`
    const sha256 = fields.get('SHA256')
    const size = Number(fields.get('Size'))
    found.set(`${name}=${version}`, {
      name,
      version,
      architecture,
      sha256: sha256 && /^[0-9a-f]{64}$/.test(sha256) ? sha256 : null,
      sizeBytes: Number.isSafeInteger(size) && fields.has('Size') ? size : null,
      isInArchive: fields.has('Filename'),
      severity: fields.get('Severity') ?? null,
      stanza,
    })
  }
}
