import type { IncomingMessage } from 'node:http'
import { createServer } from 'node:http'
import { json } from 'node:stream/consumers'
import { z } from 'zod'
import type { Lab } from './lab.ts'
import { listenOnLoopback } from './listen-on-loopback.ts'
import { findPackage, listPackages } from './packages.ts'
import { listPackageStates } from './read-root.ts'

const PackageInput = z.strictObject({ package: z.string(), version: z.string() })
const PowerInput = z.strictObject({ device: z.string(), on: z.boolean() })
const FaultInput = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.enum(['none', 'tampered-deb', 'wrong-signature', 'down']) }),
  z.strictObject({ kind: z.literal('slow'), delayMs: z.int().min(0).max(60_000) }),
])

/** A loopback door to move the lab by hand: see `routes` for what it can do. Port 0 is any. Returns its address. */
export async function startControlServer(
  lab: () => Lab | null,
  port = 0,
): Promise<{ url: string; close: () => Promise<void> }> {
  const server = createServer((request, response) => {
    answer(request, lab())
      .catch((error: unknown) => ({ status: 400, body: { error: error instanceof Error ? error.message : 'failed' } }))
      .then(({ status, body }) => {
        response.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(body)}\n`)
      })
  })
  const url = `http://127.0.0.1:${await listenOnLoopback(server, port)}`
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return { url, close }
}

type Answer = { status: number; body: unknown }

async function answer(request: IncomingMessage, lab: Lab | null): Promise<Answer> {
  const route = `${request.method} ${request.url}`
  if (route === 'GET /healthz') return { status: 200, body: { ok: true } }
  if (!lab) return { status: 503, body: { error: 'the lab is still starting' } }
  if (route === 'GET /readyz') return { status: 200, body: { ok: true } }
  if (route === 'GET /') return { status: 200, body: await describeLab(lab) }
  const act = routes[route]
  if (!act) return { status: 404, body: { error: `not one of: GET /, ${Object.keys(routes).join(', ')}` } }
  // A page in a browser cannot send this type to another origin without being asked first.
  if (request.headers['content-type'] !== 'application/json') {
    return { status: 415, body: { error: 'send content-type: application/json' } }
  }
  await act(lab, await json(request))
  return { status: 200, body: await describeLab(lab) }
}

const routes: Record<string, (lab: Lab, input: unknown) => Promise<void>> = {
  'POST /publish': async (lab, input) => {
    const wanted = PackageInput.parse(input)
    const ref = { name: wanted.package, version: wanted.version }
    findPackage(ref)
    await lab.repository.publish(ref)
  },
  'POST /withdraw': async (lab, input) => {
    const gone = PackageInput.parse(input)
    await lab.repository.withdraw({ name: gone.package, version: gone.version })
  },
  'POST /power': async (lab, input) => {
    const { device: name, on } = PowerInput.parse(input)
    const device = lab.devices.find((candidate) => candidate.name === name)
    if (!device) throw new Error(`no device is called ${name}`)
    await (on ? device.powerOn() : device.powerOff())
  },
  'POST /fault': async (lab, input) => lab.server.setFault(FaultInput.parse(input)),
}

async function describeLab(lab: Lab) {
  const devices = lab.devices.map(async (device) => ({
    name: device.name,
    on: device.isOn(),
    root: device.root.path,
    agentPid: device.agent.pid(),
    servicePid: device.service.pid(),
    packages: Object.fromEntries(
      (await listPackageStates(device.root)).map(({ name, version, status }) => [name, `${version} ${status}`]),
    ),
  }))
  return {
    repository: lab.server.url,
    published: lab.repository.published(),
    canPublish: listPackages(),
    devices: await Promise.all(devices),
  }
}
