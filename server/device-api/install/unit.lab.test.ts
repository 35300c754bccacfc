import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readUnit } from './render-install-script.ts'

const hasSystemd = spawnSync('systemd-analyze', ['--version']).status === 0

/** What `systemd-analyze verify` says about a unit whose programs exist on this machine. */
function verify(unit: string): { status: number | null; output: string } {
  const folder = mkdtempSync(join(tmpdir(), 'patchward-unit-'))
  const file = join(folder, 'patchward-agent.service')
  writeFileSync(file, unit.replaceAll('/opt/patchward/node', process.execPath))
  const { status, stdout, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', file], { encoding: 'utf8' })
  rmSync(folder, { recursive: true })
  return { status, output: `${stdout}${stderr}` }
}

describe.runIf(hasSystemd)('systemd-analyze (not run where systemd is not installed)', () => {
  test('accepts the unit without a word', async () => {
    const { status, output } = verify(await readUnit())
    expect({ status, about: output.split('\n').filter((line) => line.includes('patchward-agent')) }).toEqual({
      status: 0,
      about: [],
    })
  })

  test('would not accept a broken one', async () => {
    const { output } = verify((await readUnit()).replace('KillMode=process', 'KillMode=gently'))
    expect(output).toContain('patchward-agent')
  })
})

test('stopping the agent never kills the package manager it started', async () => {
  expect(await readUnit()).toMatch(/^KillMode=process$/m)
})
