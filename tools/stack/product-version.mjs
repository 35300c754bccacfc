import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { checkout } from './paths.mjs'
import { runCommand } from './run-command.mjs'

/** The product's version with the commit it runs from, for instance '0.1.0 (3f2a1bc)'. */
export async function productVersion() {
  const { version } = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8'))
  try {
    const { code, stdout } = await runCommand('git', ['rev-parse', '--short', 'HEAD'], { cwd: checkout })
    return code === 0 ? `${version} (${stdout.trim()})` : version
  } catch {
    return version
  }
}
