import { join } from 'node:path'
import { runProgram } from '../../run-program.ts'
import { type AptRoot, qualifiedName } from './apt-root.ts'
import { parseSimulation, type Simulation } from './parse-simulation.ts'
import { overSteadyLists } from './steady-lists.ts'

/** One package of a transaction: from what is there to an exact version (null = away). */
export interface Change {
  name: string
  architecture: string
  fromVersion: string | null
  toVersion: string | null
  /** Package file in the agent's store; null only for removals. */
  file: string | null
}

/** What `apt-get install` is given: files by path, removals with a minus. Never a name that apt would resolve by itself. */
export function installTargets(apt: AptRoot, changes: readonly Change[]): string[] {
  return changes.map(({ name, architecture, toVersion, file }) => {
    if (toVersion === null) return `${qualifiedName(apt, name, architecture)}-`
    if (file === null) throw new Error(`${name} ${toVersion} is not in the store`)
    return file
  })
}

/** Takes no lock, says nothing about users, writes no log of the planner. */
const simulationOptions = [
  ...['-s', '-q', '-o', 'Debug::NoLocking=1'],
  ...['-o', 'APT::Get::Show-User-Simulation-Note=0', '-o', 'Dir::Log::Planner='],
]

export type SimulationAnswer = { simulation: Simulation; error: null } | { simulation: null; error: string }

/** Simulates any `apt-get` action; changes nothing. With `statusFile` as if that were dpkg's state. */
export async function simulate(
  apt: AptRoot,
  args: readonly string[],
  statusFile: string | null = null,
): Promise<SimulationAnswer> {
  const cacheOptions = cacheOptionsFor(apt, statusFile)
  const { code, stdout, stderr } = await overSteadyLists(
    apt,
    () => runProgram('apt-get', [...simulationOptions, ...cacheOptions, ...args], { env: apt.env }),
    (answer) => answer.code === 0,
  )
  if (code === 0) return { simulation: parseSimulation(stdout), error: null }
  return { simulation: null, error: (stderr || stdout).trim() || `apt-get -s ended with ${code}` }
}

function cacheOptionsFor(apt: AptRoot, statusFile: string | null): string[] {
  const options = statusFile === null ? [] : ['-o', `Dir::State::status=${statusFile}`]
  if (apt.cacheDir === null) return options
  // The cache of the lists serves all; the one with dpkg's state in it only the real state.
  const whole = statusFile === null ? join(apt.cacheDir, 'pkgcache.bin') : ''
  const lists = join(apt.cacheDir, 'srcpkgcache.bin')
  return [...options, '-o', `Dir::Cache::pkgcache=${whole}`, '-o', `Dir::Cache::srcpkgcache=${lists}`]
}

/**
 * What the transaction would do beyond the changes (`excess`, and whom it touches there), and which of the changes it would not do
 * (`lacking`). All empty: the transaction is exactly the order.
 */
export function compareWithChanges(
  simulation: Simulation,
  changes: readonly Change[],
): { excess: string[]; touched: string[]; lacking: string[] } {
  const excess: string[] = []
  const touched: string[] = []
  const unmet = new Map(changes.map((change) => [change.name, change]))
  for (const { name, version } of simulation.installs) {
    const change = unmet.get(name)
    if (change?.toVersion === version) unmet.delete(name)
    else {
      excess.push(`installs ${name} ${version}`)
      touched.push(name)
    }
  }
  for (const { name, version } of simulation.removals) {
    const change = unmet.get(name)
    if (change?.toVersion === null) unmet.delete(name)
    else {
      excess.push(`removes ${name} ${version}`)
      touched.push(name)
    }
  }
  const lacking = [...unmet.values()].map(({ name, toVersion }) => `${name} ${toVersion ?? 'removed'}`)
  return { excess, touched, lacking }
}

/** Simulates the changes with their files from the store. */
export function simulateChanges(apt: AptRoot, changes: readonly Change[]): Promise<SimulationAnswer> {
  return simulate(apt, ['--allow-downgrades', 'install', ...installTargets(apt, changes)])
}
