import { spawn } from 'node:child_process'

export interface ProgramResult {
  /** Null when a signal ended it. */
  code: number | null
  stdout: string
  stderr: string
}

const maxOutputBytes = 64 * 1024 * 1024

/**
 * Runs a program that only reads (or fetches) and collects what it prints. Never for a change of the machine: those run detached.
 * Throws when it cannot be started, runs longer than `timeoutMs` or prints more than 64 MB.
 */
export function runProgram(
  command: string,
  args: readonly string[],
  options: { env: NodeJS.ProcessEnv; cwd?: string; timeoutMs?: number },
): Promise<ProgramResult> {
  const { timeoutMs = 10 * 60_000 } = options
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      env: options.env,
      cwd: options.cwd ?? '/',
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const parts: { stdout: Buffer[]; stderr: Buffer[] } = { stdout: [], stderr: [] }
    let bytes = 0
    const stop = (reason: string) => {
      child.kill('SIGKILL')
      reject(new Error(`${command} ${args[0] ?? ''}: ${reason}`))
    }
    const timer = setTimeout(() => stop(`took longer than ${timeoutMs} ms`), timeoutMs)
    const collect = (into: Buffer[]) => (part: Buffer) => {
      into.push(part)
      bytes += part.length
      if (bytes > maxOutputBytes) stop('printed too much')
    }
    child.stdout.on('data', collect(parts.stdout))
    child.stderr.on('data', collect(parts.stderr))
    child.once('error', (error) => {
      clearTimeout(timer)
      reject(new Error(`cannot run ${command}: ${error.message}`))
    })
    child.once('close', (code) => {
      clearTimeout(timer)
      const text = (from: Buffer[]) => Buffer.concat(from).toString('utf8')
      resolve({ code, stdout: text(parts.stdout), stderr: text(parts.stderr) })
    })
  })
}
