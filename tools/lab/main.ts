// The device lab's process. LAB_PLAN: file with the plan; LAB_STATE: folder it keeps; LAB_AGENT: agent bundle, if not
// dist/agent/patchward-agent.mjs; LAB_CONTROL_PORT: port of the control door, if not any; DEVICE_URL: address of the
// device door, if not the plan's; PATCHWARD_SCAN_EVERY_MS: handed to the agents.
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { startControlServer } from './control-server.ts'
import { findMissingPrograms } from './find-missing-programs.ts'
import type { Lab } from './lab.ts'
import { startLab } from './lab.ts'
import { readLabPlan } from './plan.ts'
import { replaceFile } from './replace-file.ts'

const say = (line: string) => console.log(`lab: ${line}`)

function giveUp(sentence: string): never {
  console.error(`lab: ${sentence}`)
  process.exit(1)
}

const { LAB_PLAN: planFile, LAB_STATE: stateFolder, LAB_AGENT, LAB_CONTROL_PORT, DEVICE_URL } = process.env
const { PATCHWARD_SCAN_EVERY_MS } = process.env
if (!planFile || !stateFolder) giveUp('LAB_PLAN (a file) and LAB_STATE (a folder) must be set')
const agentBundle = resolve(LAB_AGENT ?? join(import.meta.dirname, '../../dist/agent/patchward-agent.mjs'))
if (!existsSync(agentBundle)) giveUp(`there is no agent at ${agentBundle}: build it with node agent/build.ts`)
const missing = findMissingPrograms()
if (missing.length > 0) giveUp(`this host has no ${missing.join(', ')}: run the lab on Debian or in a Debian container`)

const folder = resolve(stateFolder)
const written = await readLabPlan(resolve(planFile)).catch((error: unknown) =>
  giveUp(error instanceof Error ? error.message : String(error)),
)
const plan = { ...written, deviceUrl: DEVICE_URL || written.deviceUrl }
const agentEnv = PATCHWARD_SCAN_EVERY_MS ? { PATCHWARD_SCAN_EVERY_MS } : undefined
let lab: Lab | null = null
const control = await startControlServer(() => lab, Number(LAB_CONTROL_PORT ?? 0))

const giveUpStart = new AbortController()
let isStopping = false
const starting = startLab({ plan, folder, agentBundle, agentEnv, say, signal: giveUpStart.signal })
const stop = async () => {
  if (isStopping) return
  isStopping = true
  say('stopping: agents finish what they started')
  giveUpStart.abort()
  const started = await starting.catch(() => null)
  await started?.stop()
  await control.close()
  say('stopped')
  process.exit(0)
}
process.on('SIGTERM', stop)
process.on('SIGINT', stop)

try {
  lab = await starting
  await replaceFile(join(folder, 'control.json'), JSON.stringify({ url: control.url, pid: process.pid }))
  say(`control on ${control.url}`)
  if (!isStopping) say('ready')
} catch (error) {
  if (!isStopping) giveUp(error instanceof Error ? error.message : String(error))
}
