import { spawn } from 'node:child_process'
import { closeSync } from 'node:fs'
import { openAppended } from '../../state/durable-file.ts'
import type { AptRoot } from './apt-root.ts'
import { auditPackages, isInterrupted } from './find-trouble.ts'
import { waitForLocks } from './package-locks.ts'

const lockLimitMs = 15 * 60_000

/**
 * Brings an interrupted package system to a state that can be judged: waits for whoever holds the lock, then
 * `dpkg --configure -a`, then `apt-get -f install` without removals only where that was not enough.
 * Output goes to `outputFile`; success is what the next read says.
 */
export async function repairPackages(apt: AptRoot, outputFile: string): Promise<void> {
  await waitForLocks(apt, lockLimitMs)
  const keepSettings = ['--force-confdef', '--force-confold']
  await runChange(apt, 'dpkg', [...apt.dpkgOptions, ...keepSettings, '--configure', '-a'], outputFile)
  if (!isInterrupted(apt) && (await auditPackages(apt)) === '') return
  const options = ['-o', 'DPkg::Lock::Timeout=600', '-o', 'Dpkg::Use-Pty=0']
  const settings = keepSettings.flatMap((option) => ['-o', `Dpkg::Options::=${option}`])
  await runChange(apt, 'apt-get', ['-y', '-q', ...options, ...settings, '--no-remove', '-f', 'install'], outputFile)
}

/** Like a transaction, in its own session and never killed; the repair is simply begun again when the agent dies. */
function runChange(apt: AptRoot, command: string, args: readonly string[], outputFile: string): Promise<void> {
  const handle = openAppended(outputFile)
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      env: apt.env,
      cwd: '/',
      detached: true,
      stdio: ['ignore', handle, handle],
    })
    closeSync(handle)
    child.unref()
    child.once('error', reject)
    child.once('exit', () => resolve())
  })
}
