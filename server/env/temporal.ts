import { readFileSync } from 'node:fs'
import { z } from 'zod'

// An empty variable counts as not set.
const text = z
  .string()
  .optional()
  .transform((value) => value || undefined)
const flag = z
  .enum(['true', 'false', ''], 'must be true or false')
  .optional()
  .transform((value) => (value ? value === 'true' : undefined))

/** How Temporal is reached, by the names of Temporal's own environment configuration. Its profile files are not read. */
export const temporalShape = {
  TEMPORAL_ADDRESS: z.string().min(1),
  TEMPORAL_NAMESPACE: text.transform((name) => name ?? 'default'),
  TEMPORAL_API_KEY: text.refine((key) => /^[\x21-\x7e]*$/.test(key ?? ''), 'must be one line without spaces'),
  TEMPORAL_TLS: flag,
  TEMPORAL_TLS_CLIENT_CERT_PATH: text,
  TEMPORAL_TLS_CLIENT_CERT_DATA: text,
  TEMPORAL_TLS_CLIENT_KEY_PATH: text,
  TEMPORAL_TLS_CLIENT_KEY_DATA: text,
  TEMPORAL_TLS_SERVER_CA_CERT_PATH: text,
  TEMPORAL_TLS_SERVER_CA_CERT_DATA: text,
  TEMPORAL_TLS_SERVER_NAME: text,
  TEMPORAL_TLS_DISABLE_HOST_VERIFICATION: flag,
}
type TemporalEnv = z.infer<z.ZodObject<typeof temporalShape>>

/** What both SDK connections (`Connection`, `NativeConnection`) are given. `tls` false = plain. */
export interface TemporalConnection {
  address: string
  apiKey?: string
  tls:
    | false
    | {
        serverNameOverride?: string
        serverRootCACertificate?: Buffer
        clientCertPair?: { crt: Buffer; key: Buffer }
      }
}

/**
 * TLS is on with TEMPORAL_TLS=true, with an API key, and with any TEMPORAL_TLS_… of its own. Throws a sentence that names the variable
 * for what cannot be read and for what contradicts itself: a key or certificate that is given never goes unused.
 */
export function temporalConnection(env: TemporalEnv): TemporalConnection {
  if (env.TEMPORAL_TLS_DISABLE_HOST_VERIFICATION)
    throw wrong('TEMPORAL_TLS_DISABLE_HOST_VERIFICATION (not supported: name the host in TEMPORAL_TLS_SERVER_NAME)')
  const crt = readPem(env, 'TEMPORAL_TLS_CLIENT_CERT')
  const key = readPem(env, 'TEMPORAL_TLS_CLIENT_KEY')
  const serverRootCACertificate = readPem(env, 'TEMPORAL_TLS_SERVER_CA_CERT')
  const serverNameOverride = env.TEMPORAL_TLS_SERVER_NAME
  if (Boolean(crt) !== Boolean(key))
    throw wrong(
      `${crt ? 'TEMPORAL_TLS_CLIENT_KEY_PATH' : 'TEMPORAL_TLS_CLIENT_CERT_PATH'} (certificate and key go together)`,
    )
  const needsTls = [env.TEMPORAL_API_KEY, crt, serverRootCACertificate, serverNameOverride].some(Boolean)
  if (needsTls && env.TEMPORAL_TLS === false)
    throw wrong('TEMPORAL_TLS (false, but an API key or certificates are given, which only go over TLS)')
  return {
    address: env.TEMPORAL_ADDRESS,
    ...(env.TEMPORAL_API_KEY ? { apiKey: env.TEMPORAL_API_KEY } : {}),
    tls:
      needsTls || env.TEMPORAL_TLS
        ? {
            ...(serverNameOverride ? { serverNameOverride } : {}),
            ...(serverRootCACertificate ? { serverRootCACertificate } : {}),
            ...(crt && key ? { clientCertPair: { crt, key } } : {}),
          }
        : false,
  }
}

type Pem = 'TEMPORAL_TLS_CLIENT_CERT' | 'TEMPORAL_TLS_CLIENT_KEY' | 'TEMPORAL_TLS_SERVER_CA_CERT'

/** The PEM of a pair of variables: one names its file, the other holds it. */
function readPem(env: TemporalEnv, name: Pem): Buffer | undefined {
  const path = env[`${name}_PATH`]
  const data = env[`${name}_DATA`]
  if (path && data) throw wrong(`${name}_PATH (${name}_DATA is set too: give one of them)`)
  if (!path && !data) return undefined
  const pem = path ? readFile(`${name}_PATH`, path) : Buffer.from(data ?? '')
  const kind = name === 'TEMPORAL_TLS_CLIENT_KEY' ? 'PRIVATE KEY' : 'CERTIFICATE'
  if (!pem.includes(`${kind}-----`))
    throw wrong(`${name}_${path ? 'PATH' : 'DATA'} (is no PEM with a ${kind.toLowerCase()})`)
  return pem
}

function readFile(variable: string, path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    throw wrong(`${variable} (${path} cannot be read: ${error instanceof Error ? error.message : error})`)
  }
}

const wrong = (what: string) => new Error(`worker cannot start: wrong or missing environment variable ${what}`)
