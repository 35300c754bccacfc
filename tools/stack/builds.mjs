import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Advice, lastLines } from './advice.mjs'
import { hashSources, isStampCurrent, writeStamp } from './hash-sources.mjs'
import { checkout } from './paths.mjs'
import { requirePart } from './processes.mjs'
import { step } from './progress.mjs'
import { runCommand } from './run-command.mjs'

const always = ['package-lock.json', 'patches', 'tsconfig.json']

/** What is built before the product runs, from what, and what must be there afterwards. */
export const builds = {
  agent: {
    title: 'Build of the agent',
    needs: 'agent/build.ts',
    args: ['agent/build.ts'],
    sources: ['agent'],
    result: 'dist/agent/patchward-agent.mjs',
  },
  workflows: {
    title: 'Build of the workflows',
    needs: 'workflows/build.ts',
    args: ['workflows/build.ts'],
    sources: ['workflows', 'server', 'agent/wire'],
    result: 'dist/workflows.cjs',
  },
  web: {
    title: 'Build of the console (next build)',
    needs: 'app',
    args: ['node_modules/next/dist/bin/next', 'build'],
    sources: [
      'app',
      'components',
      'server',
      'db',
      'agent/wire',
      'public',
      'next.config.ts',
      'postcss.config.mjs',
      'proxy.ts',
      'package.json',
    ],
    result: '.next/BUILD_ID',
  },
}

/** Builds one thing unless its sources are the ones it was built from last. Throws Advice with the compiler's last lines. */
export async function build(name, { node, env }) {
  const { title, needs, args, sources, result } = builds[name]
  requirePart(needs, `${title.toLowerCase()} is impossible`)
  const stamp = join(checkout, '.cache', 'builds', `${name}.hash`)
  const hash = hashSources(checkout, [...always, ...sources])
  if (isStampCurrent(stamp, hash) && existsSync(join(checkout, result))) return
  await step(title, async () => {
    const { code, stdout, stderr } = await runCommand(node.path, args, { cwd: checkout, env, limitMs: 600_000 })
    if (code !== 0) throw new Advice(`${title} failed.\n${lastLines(`${stdout}\n${stderr}`, 30)}`)
    writeStamp(stamp, hash)
  })
}

/** Builds all that is not current, one after another: each of them keeps all cores busy. */
export async function buildAll(options) {
  for (const name of Object.keys(builds)) await build(name, options)
}
