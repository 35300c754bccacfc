import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runProgram } from '../lab/run-program.ts'
import { findMirror, type Mirror } from './find-mirror.ts'

/** What a machine can be made from here, or the reason why none can. */
export async function findMachineSource(): Promise<{ mirror: Mirror } | { reason: string }> {
  if (process.getuid?.() !== 0) return { reason: 'a Debian machine can be made by root only' }
  const spaces = await runProgram('unshare', ['--mount', '--uts', '--ipc', '--pid', '--fork', 'true']).catch(() => null)
  if (spaces?.code !== 0) return { reason: 'this host gives root no namespaces (unshare), so no machine can be made' }
  const mirror = await findMirror().catch(() => null)
  if (!mirror) return { reason: "this host's apt sources name no release with security updates" }
  const folder = await mkdtemp(join(tmpdir(), 'patchward-mirror-'))
  try {
    for (const address of mirror.probes) {
      const { code } = await runProgram('/usr/lib/apt/apt-helper', [
        'download-file',
        address,
        join(folder, 'InRelease'),
      ])
      if (code !== 0) return { reason: `the mirror of this host's apt sources cannot be reached (${address})` }
    }
    return { mirror }
  } finally {
    await rm(folder, { recursive: true })
  }
}
