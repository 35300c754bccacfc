import { runProgram } from '../../run-program.ts'
import { wait } from '../../wait.ts'
import type { AptRoot } from './apt-root.ts'

/** Reads the archives' lists again; the error in words, empty when all went well. Without `--error-on=any` apt would end 0 on a bad signature. */
export async function updateLists(apt: AptRoot): Promise<string> {
  for (let attempt = 0; ; attempt += 1) {
    const { code, stdout, stderr } = await runProgram('apt-get', ['-q', 'update', '--error-on=any'], { env: apt.env })
    if (code === 0) return ''
    const isLocked = /Could not get lock/.test(stderr)
    if (!isLocked || attempt >= 20) return (stderr || stdout).trim() || `apt-get update ended with ${code}`
    await wait(1_000)
  }
}
