import { createHash, createPrivateKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync } from 'node:fs'
import { isAbsolute, join, resolve } from 'node:path'
import { type AgentConfig, programEnvironment, saveConfig } from './config.ts'
import { toRefusal } from './door/door-client.ts'
import { parseServer, sendRequest } from './door/send-request.ts'
import { collectFacts } from './facts/collect-facts.ts'
import { messageOf } from './log.ts'
import { openAptRoot } from './managers/apt/apt-root.ts'
import { checkNewStateFolder } from './state/check-state-folder.ts'
import { readOwnText, writeFileDurably } from './state/durable-file.ts'
import { doorPaths, type EnrolAnswer, type EnrolRequest, enrolText } from './wire/door.ts'
import type { KeyRoot } from './wire/envelope.ts'
import { exportRawPublicKey } from './wire/keys.ts'

export interface EnrolInput {
  server: string
  /** `<token>` or `<token>.<root fingerprint>`. */
  tokenText: string
  stateDir: string
  aptRoot: string
  hostName: string | null
  /** Expected fingerprint of the signing keys, where it came another way. */
  rootFingerprint: string | null
}

/**
 * Makes this device's key, shows the token to the door and pins the keys that may sign orders. Throws a sentence when
 * the door refuses, the keys are not the ones the token names, or the device is enrolled already.
 */
export async function enrolDevice(input: EnrolInput): Promise<AgentConfig> {
  const server = parseServer(input.server)
  const stateDir = resolve(input.stateDir)
  checkNewStateFolder(stateDir)
  if (existsSync(join(stateDir, 'config.json'))) throw new Error(`${stateDir} holds an enrolled device already`)
  const [token = '', ownFingerprint] = input.tokenText.trim().split('.')
  if (!/^[A-Za-z0-9_-]{20,200}$/.test(token)) throw new Error('this is not an enrolment token')
  if (input.aptRoot !== '' && !isAbsolute(input.aptRoot)) throw new Error('--apt-root needs an absolute path')
  const apt = await openAptRoot(input.aptRoot, programEnvironment())
  mkdirSync(stateDir, { recursive: true, mode: 0o700 })
  chmodSync(stateDir, 0o700)
  const key = loadOrMakeKey(join(stateDir, 'device-key.pem'))
  const { aptRoot, hostName } = input
  const facts = collectFacts({ root: aptRoot, hostName, architecture: apt.architecture })
  const publicKey = exportRawPublicKey(key)
  const tokenSha256 = createHash('sha256').update(token).digest('hex')
  const proof = sign(null, Buffer.from(enrolText(tokenSha256, publicKey, facts.hostName)), key).toString('base64')
  const request: EnrolRequest = { token, publicKey, facts, proof }
  const answer = await askDoor(server, request)
  const root = await findRoot(answer, [ownFingerprint, input.rootFingerprint])
  const { deviceId, mspId, checkInMs, jitterMs } = answer
  const config: AgentConfig = {
    v: 1,
    deviceId,
    mspId,
    server,
    root,
    aptRoot,
    hostName,
    checkInMs,
    jitterMs,
  }
  saveConfig(stateDir, config)
  return config
}

/** The newest root that the door showed; the token may name an older one, since when keys were rotated. */
async function findRoot({ root, roots }: EnrolAnswer, expected: (string | null | undefined)[]): Promise<KeyRoot> {
  const { followChain } = await import('./wire/root.ts')
  return followChain(
    root,
    roots ?? [],
    expected.flatMap((each) => each || []),
  )
}

/** The key of an enrolment that got no answer is used again: the door knows the device by it. */
function loadOrMakeKey(path: string): KeyObject {
  const stored = readOwnText(path)
  if (stored !== null) return createPrivateKey(stored)
  const { privateKey } = generateKeyPairSync('ed25519')
  writeFileDurably(path, privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(), 0o600)
  return privateKey
}

async function askDoor(server: string, request: EnrolRequest): Promise<EnrolAnswer> {
  const response = await sendRequest(server, doorPaths.enrol, JSON.stringify(request), { timeoutMs: 30_000 })
  let value: unknown
  try {
    value = JSON.parse(response.body.toString('utf8'))
  } catch (error) {
    throw new Error(`the door answered ${response.status} with something else than JSON: ${messageOf(error)}`)
  }
  const isObject = typeof value === 'object' && value !== null
  // Checked to be an object; read member by member.
  if (response.status !== 200) throw toRefusal(response.status, isObject ? (value as Record<string, unknown>) : null, 0)
  const { enrolAnswerSchema } = await import('./enrol-answer.ts')
  return enrolAnswerSchema.parse(value)
}
