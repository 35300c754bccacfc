import { firstVersions } from '../../tools/lab/packages.ts'
import type { TestArchive } from '../../tools/lab/testing.ts'

/** Makes the archive offer the first versions and these, nothing else. */
export async function offerOnly(archive: TestArchive, ...packages: { name: string; version: string }[]): Promise<void> {
  const wanted = [...firstVersions, ...packages]
  const isWanted = (ref: { name: string; version: string }) =>
    wanted.some(({ name, version }) => name === ref.name && version === ref.version)
  await archive.repository.withdraw(...archive.repository.published().filter((ref) => !isWanted(ref)))
  await archive.repository.publish(...wanted)
}
