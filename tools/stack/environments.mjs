import { Advice } from './advice.mjs'
import { pathWith } from './parts/node-runtime.mjs'
import { databaseUrl, ownerRole } from './parts/postgres.mjs'
import { temporalNamespace } from './parts/temporal.mjs'

/** The variable and the role of each login; `secret` names its password in the secrets file. */
export const logins = {
  WEB_DATABASE_URL: { role: 'patchward_web', secret: 'web' },
  AUTH_DATABASE_URL: { role: 'patchward_auth', secret: 'auth' },
  DEVICE_DATABASE_URL: { role: 'patchward_device', secret: 'device' },
  WORKER_DATABASE_URL: { role: 'patchward_worker', secret: 'worker' },
  ACROSS_DATABASE_URL: { role: 'patchward_across', secret: 'across' },
}

const passedOn = ['HOME', 'USER', 'LOGNAME', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR', 'TERM']

/** What every child gets and nothing more: a path with the right Node first, and where it is at home. */
export function baseEnv(node, env = process.env) {
  const kept = Object.fromEntries(passedOn.filter((name) => env[name]).map((name) => [name, env[name]]))
  return { LANG: 'C.UTF-8', ...kept, PATH: pathWith(node, env.PATH), NEXT_TELEMETRY_DISABLED: '1' }
}

/** The owner's and the five logins' addresses on the embedded server. */
export function embeddedDatabaseUrls(port, secrets, database) {
  const urls = { DATABASE_URL: databaseUrl(port, ownerRole, secrets.owner, database) }
  for (const [name, { role, secret }] of Object.entries(logins))
    urls[name] = databaseUrl(port, role, secrets[secret], database)
  return urls
}

/** The addresses of your own PostgreSQL from the environment, or undefined when DATABASE_URL is not set. */
export function externalDatabaseUrls(env = process.env) {
  if (!env.DATABASE_URL) return undefined
  const names = ['DATABASE_URL', ...Object.keys(logins)]
  const missing = names.filter((name) => !env[name])
  if (missing.length > 0)
    throw new Advice(`DATABASE_URL is set, so ${missing.join(', ')} must be set too: each process has its own login.`)
  return Object.fromEntries(names.map((name) => [name, env[name]]))
}

/**
 * Database and key file of your own worker from the environment, for the rotation of its keys, or undefined when neither is set. Never one
 * without the other: the keys of this checkout are not those of another database.
 */
export function externalKeysEnv(env = process.env) {
  const { DATABASE_URL, ACROSS_DATABASE_URL, ORDER_SIGNING_KEY_FILE } = env
  if (!DATABASE_URL && !ACROSS_DATABASE_URL && !ORDER_SIGNING_KEY_FILE) return undefined
  if (!ORDER_SIGNING_KEY_FILE)
    throw new Advice("A database of your own is set: set ORDER_SIGNING_KEY_FILE to its worker's file of keys too.")
  const across = externalDatabaseUrls(env)?.ACROSS_DATABASE_URL ?? ACROSS_DATABASE_URL
  if (!across)
    throw new Advice('ORDER_SIGNING_KEY_FILE is set: set ACROSS_DATABASE_URL to the database of its worker too.')
  return { ACROSS_DATABASE_URL: across, ORDER_SIGNING_KEY_FILE }
}

const ofTemporal = /^TEMPORAL_(ADDRESS|NAMESPACE|API_KEY|TLS)$|^TEMPORAL_TLS_/

/** The variables of your own Temporal (address, namespace, API key, TLS), or undefined when TEMPORAL_ADDRESS is not set. */
export function externalTemporalEnv(env = process.env) {
  if (!env.TEMPORAL_ADDRESS) return undefined
  return Object.fromEntries(Object.entries(env).filter(([name]) => ofTemporal.test(name)))
}

/** Your own mail server from the environment (MAIL_URL, MAIL_FROM), or undefined: then mail goes to the local sink. */
export function externalMailEnv(env = process.env) {
  if (!env.MAIL_URL) return undefined
  return Object.fromEntries(Object.entries(env).filter(([name]) => /^MAIL_(URL|FROM)$/.test(name)))
}

/** The directories whose people sign in here (ENTRA_…, GOOGLE_…), and whom Node trusts beside the usual: both reach web as you set them. */
export function directoryEnv(env = process.env) {
  const wanted = /^(ENTRA|GOOGLE)_(CLIENT_ID|CLIENT_SECRET|ISSUER)$|^NODE_EXTRA_CA_CERTS$/
  return Object.fromEntries(Object.entries(env).filter(([name]) => wanted.test(name)))
}

/** The keys of Stripe from the environment: console and worker ask it. Without them nobody is asked for money. */
export function stripeEnv(env = process.env) {
  const wanted = /^STRIPE_(SECRET_KEY|WEBHOOK_SECRETS|PRICE_ID|METER_EVENT)$/
  return Object.fromEntries(Object.entries(env).filter(([name]) => wanted.test(name)))
}

const pick = (from, names) => Object.fromEntries(names.map((name) => [name, from[name]]))

// People look on at a lab: its devices check in far more often than real ones.
const labCheckInMs = 10_000

/**
 * The environment of each process: its own variables only. The signing key's path goes to the worker, to its rotation and to nobody else.
 * `stack` is { node, paths, ports, secrets, urls, temporalAddress, temporalEnv?, mailEnv?, directoryEnv?, stripeEnv?, hasLab? }.
 */
export function processEnvs(stack) {
  const { node, paths, ports, secrets, urls, temporalAddress } = stack
  const base = baseEnv(node)
  // A Temporal of your own is reached as you say, key and certificates included; the worker alone talks to it.
  const temporal = stack.temporalEnv ?? {
    TEMPORAL_ADDRESS: temporalAddress,
    TEMPORAL_NAMESPACE: temporalNamespace,
  }
  const addresses = {
    PUBLIC_URL: stack.publicUrl ?? `http://127.0.0.1:${ports.web}`,
    PUBLIC_DEVICE_URL: stack.publicDeviceUrl ?? `http://127.0.0.1:${ports.door}`,
  }
  const mail = stack.mailEnv ?? {
    MAIL_URL: `smtp://127.0.0.1:${ports.smtp}`,
    MAIL_SINK_URL: `http://127.0.0.1:${ports.mail}`,
  }
  const door = { DEVICE_URL: `http://127.0.0.1:${ports.door}` }
  const pace = stack.hasLab ? { DEVICE_CHECK_IN_MS: String(labCheckInMs) } : {}
  const sessions = { AUTH_SECRET: secrets.authSecret }
  const sealed = { SECRET_KEYS: secrets.secretKeys }
  const seed = { ...base, ...urls, ...sessions, ...addresses, ...door, LAB_PLAN: paths.labPlan }
  return {
    migrate: { ...base, ...urls },
    web: {
      ...base,
      ...pick(urls, ['WEB_DATABASE_URL', 'AUTH_DATABASE_URL']),
      ...sessions,
      ...sealed,
      ...addresses,
      ...stack.directoryEnv,
      ...stack.stripeEnv,
      ...mail,
    },
    mail: { ...base, SINK_SMTP_PORT: String(ports.smtp), SINK_PORT: String(ports.mail), SINK_FOLDER: paths.mail },
    door: {
      ...base,
      ...pick(urls, ['DEVICE_DATABASE_URL']),
      DEVICE_API_PORT: String(ports.door),
      DEVICE_API_HOST: '127.0.0.1',
      PUBLIC_DEVICE_URL: addresses.PUBLIC_DEVICE_URL,
      DEVICE_SESSION_SECRET: secrets.deviceSessionSecret,
      ...pace,
    },
    worker: {
      ...base,
      ...pick(urls, ['WORKER_DATABASE_URL', 'ACROSS_DATABASE_URL']),
      ...temporal,
      ...stack.stripeEnv,
      ORDER_SIGNING_KEY_FILE: paths.signingKey,
      AUDIT_SIGNING_KEY_FILE: paths.auditKey,
      WORKER_HEALTH_PORT: String(ports.worker),
      ...pick(addresses, ['PUBLIC_URL']),
      ...pick(mail, ['MAIL_URL', ...(mail.MAIL_FROM ? ['MAIL_FROM'] : [])]),
      ...pace,
    },
    lab: {
      ...base,
      ...door,
      LAB_PLAN: paths.labPlan,
      LAB_STATE: paths.lab,
    },
    seed,
    link: {
      ...base,
      ...pick(urls, ['WEB_DATABASE_URL', 'AUTH_DATABASE_URL']),
      ...sessions,
      PUBLIC_URL: addresses.PUBLIC_URL,
    },
    secrets: { ...base, ...pick(urls, ['AUTH_DATABASE_URL']), ...sealed },
    keys: { ...base, ...pick(urls, ['ACROSS_DATABASE_URL']), ORDER_SIGNING_KEY_FILE: paths.signingKey },
    audit: { ...base, ...pick(urls, ['ACROSS_DATABASE_URL']) },
    build: { ...base, NODE_ENV: 'production' },
    temporal: base,
  }
}
