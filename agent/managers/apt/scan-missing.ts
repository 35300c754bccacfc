import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { runProgram } from '../../run-program.ts'
import type { MissingSection, MissingUpdate, Severity } from '../../wire/door.ts'
import { setKeyOf } from '../../wire/set-key.ts'
import type { AptRoot } from './apt-root.ts'
import { findSets, simulateFromArchive, simulateUpgrade } from './find-sets.ts'
import { findTrouble } from './find-trouble.ts'
import { judgeUndo } from './judge-undo.ts'
import type { PackageStore } from './package-store.ts'
import { isSecurityOrigin, type SimulatedInstall } from './parse-simulation.ts'
import { type PackageRecord, readRecords } from './read-records.ts'

/**
 * What is missing on this device, in which sets, and how each could be undone, after the lists were read again
 * (`listError` = why they could not). Takes no package lock. What apt itself cannot say stands in `trouble`.
 */
export async function scanMissing(
  apt: AptRoot,
  store: PackageStore,
  scratchDir: string,
  listError: string,
): Promise<MissingSection> {
  mkdirSync(scratchDir, { recursive: true, mode: 0o755 })
  const trouble = [listError && `The package lists could not be read again: ${listError}`, await findTrouble(apt)]
  const section: MissingSection = { updates: [], sets: [], waiting: [], trouble: '' }
  try {
    const upgrade = await simulateUpgrade(apt)
    const found = await findSets(upgrade.installs, (members) => simulateFromArchive(apt, members))
    const members = found.groups.flat()
    const records = await readRecords(apt, [
      ...members,
      ...members.flatMap(({ name, fromVersion }) => (fromVersion === null ? [] : [{ name, version: fromVersion }])),
    ])
    const held = await findHeld(apt)
    section.waiting = [
      ...upgrade.keptBack.map((name) => ({
        name,
        reason: held.has(name) ? 'held on the device' : 'kept back by apt (phased, or in need of another package)',
      })),
      ...found.waiting,
    ]
    for (const group of found.groups) {
      const first = section.updates.length
      section.updates.push(...group.map((member) => describeUpdate(member, records)))
      section.sets.push({
        key: setKeyOf('apt', group),
        members: group.map((_, index) => first + index),
        ...(await judgeUndo(apt, store, group, records, scratchDir)),
      })
    }
  } catch (error) {
    trouble.push(error instanceof Error ? error.message : String(error))
  }
  section.trouble = trouble.filter((text) => text !== '').join('\n')
  return section
}

function describeUpdate(member: SimulatedInstall, records: ReadonlyMap<string, PackageRecord>): MissingUpdate {
  const record = records.get(`${member.name}=${member.version}`)
  return {
    manager: 'apt',
    name: member.name,
    version: member.version,
    architecture: member.architecture,
    fromVersion: member.fromVersion,
    sha256: record?.sha256 ?? null,
    sizeBytes: record?.sizeBytes ?? null,
    classification: isSecurityOrigin(member.origins) ? 'security' : 'bug fix',
    severity: severityOf(record?.severity ?? null),
    source: member.origins.join(', ').slice(0, 300),
  }
}

function severityOf(text: string | null): Severity {
  const word = text?.toLowerCase()
  return word === 'critical' || word === 'important' || word === 'moderate' || word === 'low' ? word : 'unknown'
}

async function findHeld(apt: AptRoot): Promise<Set<string>> {
  const { stdout } = await runProgram('apt-mark', ['showhold'], { env: apt.env })
  return new Set(stdout.split('\n').filter((name) => name !== ''))
}

/** Hash of what a scan depends on: dpkg's state, apt's lists and settings. Equal = the last scan still holds. */
export function hashPackageState(apt: AptRoot): string {
  const hash = createHash('sha256')
  const addFile = (path: string) => {
    try {
      const { size, mtimeMs, ino } = statSync(path)
      hash.update(`${path} ${size} ${mtimeMs} ${ino}\n`)
    } catch {
      hash.update(`${path} -\n`)
    }
  }
  addFile(join(apt.adminDir, 'status'))
  const listsDir = join(dirname(apt.adminDir), 'apt/lists')
  try {
    for (const name of readdirSync(listsDir).sort()) if (name !== 'lock') addFile(join(listsDir, name))
  } catch {
    // No lists yet: the hash of nothing.
  }
  return hash.digest('hex')
}
