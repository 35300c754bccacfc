import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { enrolDevice } from './enrol-device.ts'
import { messageOf } from './log.ts'
import { readStatus } from './read-status.ts'
import { runAgent } from './run-agent.ts'
import { agentVersion } from './version.ts'

const usage = `patchward-agent ${agentVersion}
  enrol --server <url> --token-file <file|-> --state <dir> [--apt-root <root>] [--host-name <name>]
        [--root-fingerprint <hex>]
  run --state <dir> [--apt-root <root>]
  status --state <dir>
  version`

async function main(): Promise<void> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      server: { type: 'string' },
      'token-file': { type: 'string' },
      state: { type: 'string' },
      'apt-root': { type: 'string' },
      'host-name': { type: 'string' },
      'root-fingerprint': { type: 'string' },
    },
  })
  const need = (name: 'server' | 'token-file' | 'state'): string => {
    const value = values[name]
    if (!value) throw new Error(`--${name} is missing\n${usage}`)
    return value
  }
  switch (positionals[0]) {
    case 'version':
      console.log(agentVersion)
      return
    case 'status':
      console.log(JSON.stringify(readStatus(resolve(need('state'))), null, 2))
      return
    case 'enrol': {
      const tokenFile = need('token-file')
      const config = await enrolDevice({
        server: need('server'),
        tokenText: readFileSync(tokenFile === '-' ? 0 : tokenFile, 'utf8'),
        stateDir: need('state'),
        aptRoot: values['apt-root'] ? resolve(values['apt-root']) : '',
        hostName: values['host-name'] ?? null,
        rootFingerprint: values['root-fingerprint'] ?? null,
      })
      console.log(`enrolled as device ${config.deviceId}`)
      return
    }
    case 'run': {
      const stop = new AbortController()
      // What the package manager is doing goes on in its own session; the journal knows.
      for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => stop.abort())
      const aptRoot = values['apt-root']
      await runAgent(
        { stateDir: resolve(need('state')), ...(aptRoot ? { aptRoot: resolve(aptRoot) } : {}) },
        stop.signal,
      )
      // Work that waits for a package manager must not hold the process.
      process.exit(0)
      return
    }
    default:
      throw new Error(usage)
  }
}

main().catch((error: unknown) => {
  console.error(messageOf(error))
  process.exit(1)
})
