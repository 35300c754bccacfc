import { existsSync } from 'node:fs'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { LabDevice } from './device.ts'
import { labDevice } from './device.ts'
import { hostArchitecture } from './find-missing-programs.ts'
import { firstPatches, firstVersions, type PackageRef } from './packages.ts'
import type { LabPlan } from './plan.ts'
import { replaceFile } from './replace-file.ts'
import type { Repository } from './repository.ts'
import { openRepository } from './repository.ts'
import type { RepositoryServer } from './repository-server.ts'
import { startRepositoryServer } from './repository-server.ts'
import { writeServiceProgram } from './supervise-service.ts'

/** A running device lab. */
export type Lab = {
  repository: Repository
  server: RepositoryServer
  devices: LabDevice[]
  /** Agents first (waiting for dpkg), then services, then the archive. */
  stop: () => Promise<void>
}

const atATime = 2
const agentEnv = { PATCHWARD_SCAN_EVERY_MS: '15000' }

/**
 * Starts archive and devices in `folder` and offers the first patches. A second start reuses roots and enrolments.
 * `say` hears each long step. Rejects when a device can neither be made nor enrolled.
 */
export async function startLab(options: {
  plan: LabPlan
  folder: string
  agentBundle: string
  /** Added to the agents' environment; by itself they look for patches every 15 s. */
  agentEnv?: Record<string, string>
  /** What is missing at first; lab-svc 2.0 and lab-lib 2.0 if not given. */
  offer?: PackageRef[]
  say: (line: string) => void
  /** How long a device tries to enrol before the start fails; a minute if not given. */
  enrolWithinMs?: number
  /** Ends a start that is under way: what already runs is stopped, then it rejects. */
  signal?: AbortSignal
}): Promise<Lab> {
  const { plan, folder, say, signal } = options
  await mkdir(folder, { recursive: true })
  const repository = await openRepository(join(folder, 'repository'))
  if (repository.published().length === 0) await repository.publish(...firstVersions)
  const server = await startRepositoryServer({ folder: repository.folder, port: await wishedPort(plan, folder) })
  await replaceFile(join(folder, 'repository-port'), String(server.port))
  say(`archive on ${server.url}`)

  const serviceProgram = await writeServiceProgram(folder)
  const architecture = await hostArchitecture()
  const archive = { url: server.url, publicKeyFile: repository.publicKeyFile, architecture }
  const devices = plan.devices.map(({ name }) =>
    labDevice({
      name,
      folder: join(folder, 'devices', name),
      agentBundle: options.agentBundle,
      serviceProgram,
      env: { ...agentEnv, ...options.agentEnv },
    }),
  )
  const stop = async () => {
    await Promise.all(devices.map((device) => device.powerOff()))
    await server.close()
  }
  const startDevice = async (device: LabDevice, index: number) => {
    const planned = plan.devices[index]
    await device.prepare(archive)
    if (planned) await enrolPatiently(device, { url: plan.deviceUrl, ...planned }, options)
    signal?.throwIfAborted()
    await device.powerOn()
    say(`${device.name} is on`)
  }
  const failures = await forEachOf(devices, startDevice)
  if (failures.length > 0) {
    await stop()
    throw failures[0]
  }
  // Later withdrawals by hand stay as they are: the first patches are offered once.
  const offeredFile = join(folder, 'first-patches-offered')
  if (!existsSync(offeredFile)) {
    await repository.publish(...(options.offer ?? firstPatches))
    await replaceFile(offeredFile, '')
  }
  return { repository, server, devices, stop }
}

async function wishedPort(plan: LabPlan, folder: string): Promise<number | undefined> {
  const last = Number(await readFile(join(folder, 'repository-port'), 'utf8').catch(() => '')) || undefined
  return plan.repository?.port ?? last
}

async function enrolPatiently(
  device: LabDevice,
  server: { url: string; token: string },
  { say, signal, enrolWithinMs = 60_000 }: Parameters<typeof startLab>[0],
): Promise<void> {
  const until = performance.now() + enrolWithinMs
  for (let pauseMs = 500; ; pauseMs *= 2) {
    try {
      signal?.throwIfAborted()
      return await device.enrol(server)
    } catch (error) {
      if (performance.now() + pauseMs > until || signal?.aborted) throw error
      say(`${error instanceof Error ? error.message : error}; trying again`)
      await wait(pauseMs, undefined, { signal })
    }
  }
}

// Nothing is begun after the first failure, and nothing is still under way when it returns.
async function forEachOf<T>(items: T[], work: (item: T, index: number) => Promise<void>): Promise<unknown[]> {
  const failures: unknown[] = []
  const left = items.entries()
  const lane = async () => {
    for (const [index, item] of left) {
      if (failures.length > 0) return
      await work(item, index).catch((error: unknown) => failures.push(error))
    }
  }
  await Promise.all(Array.from({ length: atATime }, lane))
  return failures
}
