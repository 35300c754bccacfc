import type { Device } from '../device.ts'
import { type InstalledRead, readInstalled } from '../managers/apt/read-installed.ts'
import type { VersionRead } from '../wire/report.ts'

/** Reads packages back as a report carries them: `before` from an earlier read, `after` as dpkg says now. */
export async function readVersions(
  device: Device,
  names: readonly string[],
  before: readonly VersionRead[] = [],
): Promise<{ reads: InstalledRead[]; versions: VersionRead[] }> {
  const reads = await readInstalled(device.apt, names)
  const versions = reads.map((read) => {
    const earlier = before.find(({ name }) => name === read.name)
    return {
      manager: 'apt' as const,
      name: read.name,
      before: earlier ? earlier.before : read.version,
      after: read.version,
      status: read.status,
    }
  })
  return { reads, versions }
}
