import type { AptRoot } from './apt-root.ts'
import type { SimulatedInstall, Simulation } from './parse-simulation.ts'
import { type SimulationAnswer, simulate } from './simulate-changes.ts'

export interface FoundSets {
  /** Groups that can go in alone: each group's transaction contains exactly the group. */
  groups: SimulatedInstall[][]
  /** Updates that cannot go in without something an order may not do. */
  waiting: { name: string; reason: string }[]
}

const maxRounds = 10

/**
 * The smallest groups whose simulated transaction contains nothing else. A package that stands in the group of another
 * one is not looked at again: the group as a whole was simulated until it did not grow. `known` are groups of an earlier
 * look at the same lists: one whose members all still are at the same step is taken as it was.
 */
export async function findSets(
  updates: readonly SimulatedInstall[],
  simulateInstall: (members: readonly SimulatedInstall[]) => Promise<SimulationAnswer>,
  known: readonly (readonly SimulatedInstall[])[] = [],
): Promise<FoundSets> {
  const steps = new Set(updates.map(stepOf))
  const groups = known
    .filter((members) => members.every((member) => steps.has(stepOf(member))))
    .map((members) => new Map(members.map((member) => [member.name, member])))
  const waiting: FoundSets['waiting'] = []
  for (const update of updates) {
    if (groups.some((group) => group.has(update.name))) continue
    const grown = await growGroup(update, simulateInstall)
    if (typeof grown === 'string') {
      waiting.push({ name: update.name, reason: grown })
      continue
    }
    let group = grown
    // Groups that share a package are one group, and that one may need more again.
    for (;;) {
      const other = groups.findIndex((candidate) => [...candidate.keys()].some((name) => group.has(name)))
      if (other < 0) break
      group = new Map([...(groups[other] ?? []), ...group])
      groups.splice(other, 1)
    }
    groups.push(group)
  }
  return { groups: groups.map((group) => [...group.values()]), waiting }
}

/** One package's step, in words that tell it from every other. */
export function stepOf({ name, fromVersion, version }: SimulatedInstall): string {
  return `${name} ${fromVersion ?? '-'} ${version}`
}

/** True when the transaction is these members and nothing else. */
export function isExactly({ simulation }: SimulationAnswer, members: readonly SimulatedInstall[]): boolean {
  if (!simulation || simulation.removals.length > 0) return false
  const steps = new Set(members.map(stepOf))
  return simulation.installs.length === steps.size && simulation.installs.every((install) => steps.has(stepOf(install)))
}

async function growGroup(
  update: SimulatedInstall,
  simulateInstall: (members: readonly SimulatedInstall[]) => Promise<SimulationAnswer>,
): Promise<Map<string, SimulatedInstall> | string> {
  let group = new Map([[update.name, update]])
  for (let round = 0; round < maxRounds; round += 1) {
    const { simulation, error } = await simulateInstall([...group.values()])
    if (!simulation) return `apt cannot install it now: ${firstError(error)}`
    if (simulation.removals.length > 0)
      return `it would remove ${simulation.removals.map(({ name }) => name).join(', ')}`
    if (!simulation.installs.some(({ name, version }) => name === update.name && version === update.version))
      return 'apt does not take this version now'
    const next = new Map(simulation.installs.map((install) => [install.name, install]))
    if (next.size === group.size && [...next.keys()].every((name) => group.has(name))) return next
    group = new Map([...group, ...next])
  }
  return 'no closed group of packages was found for it'
}

function firstError(text: string): string {
  const line = text.split('\n').find((candidate) => candidate.startsWith('E:')) ?? text.split('\n')[0] ?? ''
  return line.replace(/^E: */, '').slice(0, 200)
}

/** Simulates bringing in exact versions from the archive. */
export function simulateFromArchive(apt: AptRoot, members: readonly SimulatedInstall[]): Promise<SimulationAnswer> {
  return simulate(apt, ['install', ...members.map(({ name, version }) => `${name}=${version}`)])
}

/** What `dist-upgrade` would bring in. Throws apt's words when it cannot say. */
export async function simulateUpgrade(apt: AptRoot): Promise<Simulation> {
  const { simulation, error } = await simulate(apt, ['dist-upgrade'])
  if (!simulation) throw new Error(error)
  return simulation
}
