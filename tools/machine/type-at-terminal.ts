import { spawn } from 'node:child_process'

const quote = (word: string) => `'${word.replaceAll("'", "'\\''")}'`

/**
 * Runs a command at a terminal of its own (`script` of util-linux), as a person does: types `answer` when `prompt` shows.
 * Returns all that the terminal showed. What takes longer than `limitMs` is killed.
 */
export function typeAtTerminal(
  command: string,
  args: string[],
  { prompt, answer, limitMs }: { prompt: string; answer: string; limitMs: number },
): Promise<{ code: number | null; shown: string }> {
  const line = [command, ...args].map(quote).join(' ')
  const child = spawn('script', ['--quiet', '--return', '--command', line, '/dev/null'])
  let shown = ''
  let hasAnswered = false
  const look = (chunk: Buffer) => {
    shown += chunk
    if (hasAnswered || !shown.includes(prompt)) return
    hasAnswered = true
    child.stdin.write(`${answer}\n`)
  }
  child.stdout.on('data', look)
  child.stderr.on('data', look)
  const late = setTimeout(() => child.kill('SIGKILL'), limitMs)
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => {
      clearTimeout(late)
      resolve({ code, shown })
    })
  })
}
