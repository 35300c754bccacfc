/** One package that a transaction would bring in, as `apt-get -s` prints it. */
export interface SimulatedInstall {
  name: string
  /** Null when the package is new. */
  fromVersion: string | null
  version: string
  /** `Label:Version/Suite` of each place it comes from. */
  origins: string[]
  architecture: string
}

export interface Simulation {
  installs: SimulatedInstall[]
  /** Packages that would be removed. */
  removals: { name: string; version: string }[]
  /** Packages that apt keeps back: held, phased, or in need of something. */
  keptBack: string[]
}

const installForm = /^Inst (\S+)(?: \[([^\]]*)\])? \((\S+)(?: (.*?))? ?\[([a-z0-9-]+)\]\)/
const removalForm = /^(?:Remv|Purg) (\S+)(?: \[([^\]]*)\])?/

/** Reads the output of `apt-get -s` in the C locale. Lines it does not know are left out. */
export function parseSimulation(text: string): Simulation {
  const result: Simulation = { installs: [], removals: [], keptBack: [] }
  let isKeptBack = false
  for (const line of text.split('\n')) {
    if (isKeptBack && line.startsWith('  ')) {
      result.keptBack.push(...line.trim().split(/\s+/))
      continue
    }
    isKeptBack = line.startsWith('The following packages have been kept back')
    const install = installForm.exec(line)
    if (install) {
      const [, name = '', fromVersion, version = '', origins, architecture = ''] = install
      result.installs.push({
        name,
        fromVersion: fromVersion ?? null,
        version,
        origins: origins ? origins.split(', ') : [],
        architecture,
      })
      continue
    }
    const removal = removalForm.exec(line)
    if (removal) result.removals.push({ name: removal[1] ?? '', version: removal[2] ?? '' })
  }
  return result
}

/**
 * True when any origin is a security archive: by its label or the end of its suite, never by the word in the line
 * (43 Debian packages have it in their names).
 */
export function isSecurityOrigin(origins: readonly string[]): boolean {
  return origins.some((origin) => {
    const label = origin.split(':', 1)[0] ?? ''
    const suite = origin.slice(origin.lastIndexOf('/') + 1)
    const last = origin.includes('/') ? suite : origin.slice(origin.indexOf(':') + 1)
    return ['Debian-Security', 'UbuntuESM', 'UbuntuESMApps'].includes(label) || last.endsWith('-security')
  })
}
