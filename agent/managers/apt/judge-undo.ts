import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readTextIfThere } from '../../state/durable-file.ts'
import type { MissingSet } from '../../wire/door.ts'
import type { UndoClass } from '../../wire/order.ts'
import { type AptRoot, qualifiedName } from './apt-root.ts'
import type { PackageStore } from './package-store.ts'
import type { SimulatedInstall } from './parse-simulation.ts'
import { parseStanzas } from './parse-stanzas.ts'
import type { PackageRecord } from './read-records.ts'
import { type Change, compareWithChanges, simulate } from './simulate-changes.ts'

/** Packages that change data or the ground under everything: an older package would not bring the old state back. */
const migrating = /^(postgresql|mysql|mariadb|mongodb)|^(libc6|systemd|dpkg)(:|$)|^(libc-bin|linux-image)/

export function migratesData(name: string): boolean {
  return migrating.test(name)
}

/** What the simulation of the way back said. */
export interface WayBack {
  /** What is wrong with it; '' = nothing. */
  fault: string
  /** Packages that it touches outside the set; empty where that is not what is wrong. */
  touched: string[]
}

export interface UndoJudgement {
  undo: Pick<MissingSet, 'undoClass' | 'undoReason' | 'predecessors'>
  /** Null = it was not simulated. */
  wayBack: WayBack | null
}

/**
 * How a set could be undone on this device: where its predecessors are, and whether the way back, simulated as if the
 * set were already in, touches nothing else. `knownWayBack` is what an earlier simulation of the same step said.
 */
export async function judgeUndo(
  apt: AptRoot,
  store: PackageStore,
  members: readonly SimulatedInstall[],
  records: ReadonlyMap<string, PackageRecord>,
  scratchDir: string,
  knownWayBack: WayBack | null,
): Promise<UndoJudgement> {
  const places = members.map(({ name, fromVersion }) => {
    if (fromVersion === null) return { name, version: null, sha256: null, place: 'kept' as const, file: null }
    const stored = store.find({ name, version: fromVersion, sha256: null })
    const record = records.get(`${name}=${fromVersion}`)
    if (stored && stored.origin !== 'repacked') {
      const file = store.pathOf(stored.sha256)
      return { name, version: fromVersion, sha256: stored.sha256, place: 'kept' as const, file }
    }
    if (record?.isInArchive)
      return { name, version: fromVersion, sha256: record.sha256, place: 'fetchable' as const, file: null }
    return { name, version: fromVersion, sha256: null, place: 'none' as const, file: null }
  })
  const predecessors = places.map(({ name, version, sha256 }) => ({ name, version, sha256 }))
  let wayBack = knownWayBack
  const answer = (undoClass: UndoClass, undoReason: string): UndoJudgement => {
    return { undo: { undoClass, undoReason, predecessors }, wayBack }
  }
  const migrant = members.find(({ name }) => migratesData(name))
  if (migrant) return answer('none', `${migrant.name} changes data that its older version may not read.`)
  const lost = places.find(({ place }) => place === 'none')
  if (lost) return answer('none', `${lost.name} ${lost.version} is neither kept here nor in the archive.`)
  wayBack ??= await simulateWayBack(apt, members, places, records, scratchDir)
  if (wayBack.fault !== '') return answer('none', wayBack.fault)
  if (places.every(({ place }) => place === 'kept')) return answer('kept', 'The versions before are in the store.')
  return answer('fetchable', 'The versions before are in the archive.')
}

async function simulateWayBack(
  apt: AptRoot,
  members: readonly SimulatedInstall[],
  places: readonly { name: string; version: string | null; file: string | null }[],
  records: ReadonlyMap<string, PackageRecord>,
  scratchDir: string,
): Promise<WayBack> {
  const statusFile = join(scratchDir, `status-${process.pid}-${members[0]?.name.replace(':', '_')}`)
  writeFileSync(statusFile, statusWith(apt, members, records))
  try {
    const targets = places.map(({ name, version, file }) =>
      version === null ? `${name}-` : (file ?? `${name}=${version}`),
    )
    const { simulation, error } = await simulate(apt, ['--allow-downgrades', 'install', ...targets], statusFile)
    if (!simulation) return { fault: `apt sees no way back: ${error.split('\n')[0]?.slice(0, 200)}`, touched: [] }
    const changes: Change[] = places.map(({ name, version, file }, index) => {
      const member = members[index]
      return {
        name,
        architecture: member?.architecture ?? 'all',
        fromVersion: member?.version ?? null,
        toVersion: version,
        file,
      }
    })
    const { excess, touched, lacking } = compareWithChanges(simulation, changes)
    if (excess.length > 0)
      return {
        fault: `The way back also ${excess.slice(0, 3).join(', ')}.`,
        touched: lacking.length > 0 ? [] : touched,
      }
    return {
      fault: lacking.length > 0 ? `The way back leaves out ${lacking.slice(0, 3).join(', ')}.` : '',
      touched: [],
    }
  } finally {
    rmSync(statusFile, { force: true })
  }
}

/** dpkg's status file as it will read once the members are in. */
function statusWith(
  apt: AptRoot,
  members: readonly SimulatedInstall[],
  records: ReadonlyMap<string, PackageRecord>,
): string {
  const coming = new Map(members.map((member) => [member.name, member]))
  const kept = parseStanzas(readTextIfThere(join(apt.adminDir, 'status')) ?? '').filter(({ fields }) => {
    const name = qualifiedName(apt, fields.get('Package') ?? '', fields.get('Architecture') ?? 'all')
    return !coming.has(name)
  })
  const added = members.flatMap(({ name, version }) => {
    const record = records.get(`${name}=${version}`)
    return record ? [record.stanza.text.replace(/^(Package: .*)$/m, '$1\nStatus: install ok installed')] : []
  })
  return `${[...kept.map(({ text }) => text), ...added].join('\n\n')}\n`
}
