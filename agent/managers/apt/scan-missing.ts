import { mkdirSync } from 'node:fs'
import { messageOf } from '../../log.ts'
import { runProgram } from '../../run-program.ts'
import type { FailedLook, MissingSection, MissingUpdate, Severity } from '../../wire/door.ts'
import { setKeyOf } from '../../wire/set-key.ts'
import { sayTrouble, troubleBeginnings } from '../../wire/trouble.ts'
import type { AptRoot } from './apt-root.ts'
import { findSets, isExactly, simulateFromArchive, simulateUpgrade, stepOf } from './find-sets.ts'
import { judgeUndo, type WayBack } from './judge-undo.ts'
import { type JudgedSet, mergeForWayBack } from './merge-sets.ts'
import { hashLists } from './package-hashes.ts'
import type { PackageStore } from './package-store.ts'
import { isSecurityOrigin, type SimulatedInstall } from './parse-simulation.ts'
import { type PackageRecord, readRecords } from './read-records.ts'

/** Groups that were simulated, for the next look at the same lists. */
export interface SimulatedGroups {
  listsHash: string
  groups: { members: SimulatedInstall[]; back: WayBack | null }[]
}

/**
 * What is missing on this device, in which sets, and how each could be undone. Takes no package lock. When apt
 * gives no answer there are no lists, only `trouble`: half a list would read as patched. `last` saves simulations: a real archive costs a second of processor for each.
 */
export async function scanMissing(
  apt: AptRoot,
  store: PackageStore,
  scratchDir: string,
  last: SimulatedGroups | null,
): Promise<{ missing: MissingSection; simulated: SimulatedGroups } | { missing: FailedLook; simulated: null }> {
  mkdirSync(scratchDir, { recursive: true, mode: 0o755 })
  const missing: MissingSection = { updates: [], sets: [], waiting: [], trouble: '' }
  const simulated: SimulatedGroups = { listsHash: hashLists(apt), groups: [] }
  const known = last?.listsHash === simulated.listsHash ? last.groups : []
  try {
    const upgrade = await simulateUpgrade(apt)
    const simulateMembers = (members: readonly SimulatedInstall[]) => simulateFromArchive(apt, members)
    const found = await findSets(
      upgrade.installs,
      simulateMembers,
      known.map(({ members }) => members),
    )
    const members = found.groups.flat()
    const records = await readRecords(apt, [
      ...members,
      ...members.flatMap(({ name, fromVersion }) => (fromVersion === null ? [] : [{ name, version: fromVersion }])),
    ])
    const held = await findHeld(apt)
    missing.waiting = [
      ...upgrade.keptBack.map((name) => ({
        name,
        reason: held.has(name) ? 'held on the device' : 'kept back by apt (phased, or in need of another package)',
      })),
      ...found.waiting,
    ]
    const judge = (members: readonly SimulatedInstall[], back: WayBack | null) =>
      judgeUndo(apt, store, members, records, scratchDir, back)
    const judged: JudgedSet[] = []
    for (const group of found.groups) {
      const steps = group.map(stepOf).join('\n')
      const before = known.find((candidate) => candidate.members.map(stepOf).join('\n') === steps)
      judged.push({ members: group, judgement: await judge(group, before?.back ?? null) })
    }
    const sets = await mergeForWayBack(judged, async (members) =>
      isExactly(await simulateMembers(members), members) ? judge(members, null) : 'apt does not take them as one.',
    )
    for (const { members: group, judgement } of sets) {
      const first = missing.updates.length
      missing.updates.push(...group.map((member) => describeUpdate(member, records)))
      const key = setKeyOf('apt', group)
      missing.sets.push({ key, members: group.map((_, index) => first + index), ...judgement.undo })
      simulated.groups.push({ members: group, back: judgement.wayBack })
    }
  } catch (error) {
    const trouble = sayTrouble(troubleBeginnings.notWorkedOut, messageOf(error) || 'apt gave no answer')
    return { missing: { trouble }, simulated: null }
  }
  return { missing, simulated }
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
