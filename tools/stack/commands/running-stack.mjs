import { existsSync, readFileSync } from 'node:fs'
import { Advice } from '../advice.mjs'
import { embeddedDatabaseUrls, externalDatabaseUrls, processEnvs } from '../environments.mjs'
import { defaultPorts } from '../parts/ports.mjs'
import { readSecrets } from '../parts/secrets.mjs'
import { isSameProcess, readRecord } from '../run/process-identity.mjs'

/** The environments of the running demo or dev stack, read from its state folder; throws Advice when none runs. */
export function envsOfRunningStack(paths, node) {
  if (!isSameProcess(readRecord(paths.run, 'web')))
    throw new Advice('Nothing runs here: start npm run demo (or npm run dev) first.')
  const ports = existsSync(paths.ports) ? JSON.parse(readFileSync(paths.ports, 'utf8')) : defaultPorts
  const secrets = readSecrets(paths.secrets)
  const urls = externalDatabaseUrls() ?? embeddedDatabaseUrls(ports.postgres, secrets)
  const publicUrl = process.env.PUBLIC_URL
  return processEnvs({ node, paths, ports, secrets, urls, publicUrl, temporalAddress: `127.0.0.1:${ports.temporal}` })
}
