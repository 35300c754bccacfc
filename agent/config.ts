import { join } from 'node:path'
import { readOwnText, writeFileDurably } from './state/durable-file.ts'
import type { KeyRoot } from './wire/envelope.ts'

/** What the agent keeps about itself in `config.json` of its state folder, written at enrolment. */
export interface AgentConfig {
  v: 1
  deviceId: string
  mspId: string
  /** Origin of the device door, without a slash at the end. */
  server: string
  /** Keys that may sign orders for this device. */
  root: KeyRoot
  /** Private package root, '' for the machine itself. */
  aptRoot: string
  hostName: string | null
  checkInMs: number
  jitterMs: number
}

/** How long a poll is held by the door, and how often a device looks by itself. */
export const pollWaitMs = 25_000
export const scanEveryMs = readDurationMs('PATCHWARD_SCAN_EVERY_MS', 4 * 3_600_000)

/** Zone that the environment sets for this agent, null when it does not. */
export const ownTimeZone = process.env.TZ?.replace(/^:/, '') || null

const searchPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/** The environment of every program the agent starts: fixed, apart from home, proxies and where temporary files go. */
export function programEnvironment(): NodeJS.ProcessEnv {
  const env: Record<string, string> = { PATH: searchPath, LC_ALL: 'C.UTF-8', LANG: 'C.UTF-8', HOME: '/root' }
  for (const name of ['HOME', 'TMPDIR', 'TZ', 'http_proxy', 'https_proxy', 'no_proxy']) {
    const value = process.env[name]
    if (value) env[name] = value
  }
  // The web app's types demand NODE_ENV of every environment; the programs started here know nothing of it.
  return env as NodeJS.ProcessEnv
}

/** Reads the state folder's config. Throws a sentence when the device is not enrolled or the file is damaged. */
export function loadConfig(stateDir: string): AgentConfig {
  const text = readOwnText(join(stateDir, 'config.json'))
  if (text === null) throw new Error(`${stateDir} holds no enrolled device: run "enrol" first`)
  const value: unknown = JSON.parse(text)
  if (typeof value === 'object' && value !== null && 'v' in value && value.v === 1 && 'deviceId' in value) {
    // Written by `saveConfig` alone, in one piece.
    return value as AgentConfig
  }
  throw new Error(`${join(stateDir, 'config.json')} is not a config of this version`)
}

export function saveConfig(stateDir: string, config: AgentConfig): void {
  writeFileDurably(join(stateDir, 'config.json'), `${JSON.stringify(config, null, 2)}\n`)
}

/** Trusts a newer root: kept on the disk before it is in use. Throws when the disk is full; then the old one stays. */
export function pinRoot(stateDir: string, config: AgentConfig, root: KeyRoot): void {
  // Of what is kept: `config` may have another package root, for this run only.
  saveConfig(stateDir, { ...loadConfig(stateDir), root })
  config.root = root
}

function readDurationMs(name: string, otherwise: number): number {
  const text = process.env[name]
  if (text === undefined || text === '') return otherwise
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < 1_000) throw new Error(`${name} must be a whole number of at least 1000`)
  return value
}
