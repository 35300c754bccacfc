import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { loadConfig, saveConfig } from '../../agent/config.ts'
import type { AgentProcess } from './agent-process.ts'
import { agentProcess } from './agent-process.ts'
import type { AptRoot } from './apt-root.ts'
import { aptRootAt, installFirstVersions, prepareAptRoot } from './apt-root.ts'
import { firstVersions } from './packages.ts'
import { listPackageStates } from './read-root.ts'
import { runProgram } from './run-program.ts'
import type { ServiceSupervisor } from './supervise-service.ts'
import { superviseService } from './supervise-service.ts'

/** A device of the lab: an apt root, its service and a real agent. */
export type LabDevice = {
  name: string
  folder: string
  root: AptRoot
  stateFolder: string
  agentLogFile: string
  agent: AgentProcess
  service: ServiceSupervisor
  /** Makes the root and installs the first versions; an existing root is only pointed at the archive again. */
  prepare: (archive: { url: string; publicKeyFile: string; architecture: string }) => Promise<void>
  /** Enrols once, later only follows the door to a new address; throws with the agent's words when the server refuses. */
  enrol: (server: { url: string; token: string }) => Promise<void>
  isEnrolled: () => boolean
  /** Starts service, then agent. */
  powerOn: () => Promise<void>
  /** Stops agent (waiting for a running dpkg), then service. */
  powerOff: () => Promise<void>
  isOn: () => boolean
}

/** A lab device in `folder`; nothing runs and nothing is written before its functions are called. */
export function labDevice(options: {
  name: string
  folder: string
  agentBundle: string
  serviceProgram: string
  /** Added to the agent's otherwise bare environment. */
  env?: Record<string, string>
}): LabDevice {
  const { name, folder } = options
  const root = aptRootAt(join(folder, 'root'))
  const stateFolder = join(folder, 'agent')
  const agentLogFile = join(folder, 'agent.log')
  // Written by the agent when it has enrolled.
  const configFile = join(stateFolder, 'config.json')
  const agentPlace = ['--state', stateFolder, '--apt-root', root.path]
  const env = { ...bareEnvironment(root), ...options.env }
  const service = superviseService(root.path, options.serviceProgram)
  const agent = agentProcess({
    args: [options.agentBundle, 'run', ...agentPlace],
    env,
    rootPath: root.path,
    logFile: agentLogFile,
    processFile: join(folder, 'agent.process.json'),
  })
  let isOn = false

  return {
    name,
    folder,
    root,
    stateFolder,
    agentLogFile,
    agent,
    service,
    prepare: async (archive) => {
      await mkdir(folder, { recursive: true })
      await prepareAptRoot(root.path, archive)
      if ((await listPackageStates(root)).length === 0) await installFirstVersions(root, firstVersions)
    },
    enrol: async ({ url, token }) => {
      if (existsSync(configFile)) {
        const config = loadConfig(stateFolder)
        const server = new URL(url).origin
        if (config.server !== server) saveConfig(stateFolder, { ...config, server })
        return
      }
      const target = ['--server', url, '--token-file', '-', '--host-name', name]
      const args = [options.agentBundle, 'enrol', ...target, ...agentPlace]
      const { code, stderr, stdout } = await runProgram(process.execPath, args, {
        input: `${token}\n`,
        cwd: folder,
        env,
      })
      if (code !== 0) throw new Error(`${name} could not enrol (exit ${code}): ${(stderr || stdout).trim()}`)
    },
    isEnrolled: () => existsSync(configFile),
    powerOn: async () => {
      isOn = true
      await service.start()
      await agent.start()
    },
    powerOff: async () => {
      isOn = false
      await agent.stop()
      await service.stop()
    },
    isOn: () => isOn,
  }
}

// What a service manager would give it: nothing of the lab's own settings, proxies or Node options.
function bareEnvironment(root: AptRoot): NodeJS.ProcessEnv {
  const { HOME, TMPDIR, TZ } = process.env
  return { NODE_ENV: 'production', PATH: root.env.PATH, LANG: 'C.UTF-8', HOME, TMPDIR, TZ }
}
