import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { Advice } from '../advice.mjs'

/** Where the parts of the demo listen unless the port is taken. */
export const defaultPorts = {
  web: 3000,
  door: 3100,
  worker: 3200,
  mail: 8025,
  smtp: 1025,
  postgres: 5499,
  temporal: 7233,
}

// A dev server opens further ports beside its own; they must not be handed to another part.
const taken = new Set()

/** True when nothing listens on this loopback port, on either address family. */
export async function isPortFree(port) {
  for (const host of ['127.0.0.1', '0.0.0.0', '::']) {
    const isFree = await new Promise((done) => {
      const server = createServer()
      server.once('error', (error) => done(error.code === 'EADDRNOTAVAIL' || error.code === 'EAFNOSUPPORT'))
      server.listen({ port, host, exclusive: true }, () => server.close(() => done(true)))
    })
    if (!isFree) return false
  }
  return true
}

/** The first free port from `wanted` on; each is handed out once per launcher. */
export async function findPort(wanted) {
  for (let port = wanted; port < wanted + 200; port++) {
    if (!taken.has(port) && (await isPortFree(port))) {
      taken.add(port)
      return port
    }
  }
  throw new Advice(`No free port between ${wanted} and ${wanted + 200}: end what listens there and run this again.`)
}

/** The ports of the last run; none where the file is missing, cut off or holds something else. */
function readPorts(file) {
  try {
    const kept = Object.entries(JSON.parse(readFileSync(file, 'utf8')))
    return Object.fromEntries(kept.filter(([, port]) => Number.isInteger(port) && port > 0 && port < 65_536))
  } catch {
    return {}
  }
}

/**
 * Chooses the ports of a stack. Those of the last run come first, so that agents find their door again;
 * `kept` (name -> port) are in use by a process we adopted. `say` hears about each port that was replaced.
 */
export async function choosePorts({ file, kept = {}, offset = 0, say = () => {} }) {
  const before = readPorts(file)
  const ports = {}
  for (const [name, port] of Object.entries(kept)) {
    ports[name] = port
    taken.add(port)
  }
  for (const [name, standard] of Object.entries(defaultPorts)) {
    if (ports[name]) continue
    const wanted = before[name] ?? standard + offset
    ports[name] = await findPort(wanted)
    if (ports[name] !== wanted) say(`  port ${wanted} is taken: ${name} listens on ${ports[name]}`)
  }
  writeFileSync(file, JSON.stringify(ports))
  return ports
}

/**
 * The ports with every taken one of `names` replaced, or undefined when all are still free. `names` are parts that
 * have not been started: what listens there is a stranger.
 */
export async function replaceTakenPorts({ file, ports, names, say = () => {} }) {
  const replaced = {}
  for (const name of names) {
    if (await isPortFree(ports[name])) continue
    replaced[name] = await findPort(ports[name])
    say(`  port ${ports[name]} was taken meanwhile: ${name} listens on ${replaced[name]}`)
  }
  if (Object.keys(replaced).length === 0) return undefined
  const all = { ...ports, ...replaced }
  writeFileSync(file, JSON.stringify(all))
  return all
}
