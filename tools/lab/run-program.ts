import { spawn } from 'node:child_process'

/** What a finished program left behind. `code` is null when a signal ended it. */
export type ProgramResult = { code: number | null; stdout: string; stderr: string; tookMs: number }

/** Runs a program to its end without a shell and without input. Rejects only when it cannot be started. */
export function runProgram(
  command: string,
  args: string[],
  options: { env?: NodeJS.ProcessEnv; cwd?: string; input?: string } = {},
): Promise<ProgramResult> {
  const started = performance.now()
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env: options.env ?? process.env, cwd: options.cwd })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text
    })
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, stdout, stderr, tookMs: performance.now() - started }))
    // A program that ends before it reads its input is no error of ours.
    child.stdin.on('error', () => {})
    child.stdin.end(options.input ?? '')
  })
}
