import type { Device } from '../device.ts'
import { auditPackages, isInterrupted } from '../managers/apt/find-trouble.ts'
import type { TransactionEnd } from '../managers/apt/transaction.ts'

/** True when a transaction did not come to its own end: dpkg or apt was killed, or dpkg's journal is unfinished. */
export function wasCutShort(device: Device, end: TransactionEnd): boolean {
  if (!end.isStarted) return false
  const isKilled =
    end.exitCode === null || end.exitCode > 128 || /received signal \d|dpkg was interrupted/.test(end.output)
  return isKilled || isInterrupted(device.apt)
}

/** True when apt had handed something to dpkg: scripts of the packages may have run, so that it is not simply done again. */
export function hasReachedDpkg(output: string): boolean {
  return /^(dpkg: |\(Reading database|Preparing to unpack |Unpacking |Setting up |Removing |Processing triggers )/m.test(
    output,
  )
}

/** Lines of `dpkg --audit` that were not there before: the packages that came to harm. Empty = nothing new. */
export async function findNewTrouble(device: Device, auditBefore: string): Promise<string> {
  const known = new Set(auditBefore.split('\n').map((line) => line.trim()))
  const audit = await auditPackages(device.apt)
  // Package lines are indented; the text above them is the same for all.
  const fresh = audit.split('\n').filter((line) => line.startsWith(' ') && !known.has(line.trim()))
  return fresh.map((line) => line.trim().replaceAll(/\s+/g, ' ')).join('; ')
}

/** The line of the package manager's output that says most, for people. */
export function findCause(output: string): string {
  const lines = output.split('\n').map((line) => line.trim())
  const index = lines.findIndex((line) => line.startsWith('dpkg: error processing'))
  if (index >= 0) {
    // What the script printed stands right above dpkg's own words.
    const said = lines[index - 1] ?? ''
    const what = lines[index + 1] ?? ''
    const isScriptTalk = said !== '' && !/^(Setting up|Unpacking|Preparing|Processing|==>)/.test(said)
    return [what, isScriptTalk ? `it said: ${said}` : ''].filter((text) => text !== '').join('; ')
  }
  return lines.find((line) => line.startsWith('E: '))?.slice(3) ?? ''
}
