import { type ChildProcess, spawn } from 'node:child_process'
import { createWriteStream, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { AptRoot } from '../../tools/lab/apt-root.ts'
import { endsWithParent } from '../../tools/lab/ends-with-parent.ts'
import { superviseService, writeServiceProgram } from '../../tools/lab/supervise-service.ts'
import type { TestArchive } from '../../tools/lab/testing.ts'
import { waitFor } from '../../tools/lab/testing.ts'
import { waitForPackaging } from '../../tools/lab/wait-for-packaging.ts'
import { enrolDevice } from '../enrol-device.ts'
import type { HealthPlan, InstallOrder, RollbackOrder, UpdateSet } from '../wire/order.ts'
import type { OrderState } from '../wire/report.ts'
import { FakeDoor } from './fake-door.ts'
import { setFromInventory } from './set-from-inventory.ts'

/** One enrolled agent on a private root with its service, and its own door. */
export class TestDevice {
  readonly door: FakeDoor
  readonly root: AptRoot
  readonly stateDir: string
  readonly #service: ReturnType<typeof superviseService>
  #agent: ChildProcess | null = null

  private constructor(door: FakeDoor, root: AptRoot, stateDir: string, service: ReturnType<typeof superviseService>) {
    this.door = door
    this.root = root
    this.stateDir = stateDir
    this.#service = service
  }

  static async make(archive: TestArchive, name: string): Promise<TestDevice> {
    const door = await new FakeDoor().listen()
    const root = await archive.makeRoot(name)
    const service = superviseService(root.path, await writeServiceProgram(archive.folder))
    await service.start()
    const stateDir = join(archive.folder, `${name}-state`)
    await enrolDevice({
      server: door.url,
      tokenText: door.token,
      stateDir,
      aptRoot: root.path,
      hostName: name,
      rootFingerprint: null,
    })
    return new TestDevice(door, root, stateDir, service)
  }

  /**
   * Starts the agent; `killAt` = a journal kind (or `kind:direction`) at which it kills itself without notice. `through` = a command
   * that becomes the one given to it.
   */
  start(killAt = '', through: string[] = []): void {
    mkdirSync(this.stateDir, { recursive: true })
    const entry = join(import.meta.dirname, 'run-until.ts')
    const [command = '', ...args] = [...through, process.execPath, entry, this.stateDir, killAt]
    const child = spawn(...endsWithParent(command, args), { stdio: ['ignore', 'ignore', 'pipe'] })
    child.stderr.pipe(createWriteStream(join(this.stateDir, 'agent.log'), { flags: 'a' }))
    this.#agent = child
  }

  get agentPid(): number {
    return this.#agent?.pid ?? 0
  }

  /** Waits until the agent's process is gone. */
  async gone(limitMs = 20_000): Promise<void> {
    const agent = this.#agent
    await waitFor('the end of the agent', () => agent?.exitCode !== null || agent.signalCode !== null, limitMs)
  }

  async kill(signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL'): Promise<void> {
    this.#agent?.kill(signal)
    await this.gone()
  }

  async remove(): Promise<void> {
    if (this.#agent) await this.kill()
    await this.#service.stop()
    await this.door.close()
    // A killed agent's apt goes on: the root may only be deleted after it.
    await waitForPackaging(this.root.path, 20_000)
    rmSync(this.stateDir, { recursive: true, force: true })
  }

  /** Waits for a report about an order; says what came and what the agent logged when it does not come. */
  async reported(orderId: string, state: OrderState, limitMs = 30_000) {
    try {
      return await waitFor(`report ${state}`, () => this.door.reportOf(orderId, state), limitMs)
    } catch (error) {
      const states = this.door.statesOf(orderId).join(', ')
      const log = readFileSync(join(this.stateDir, 'agent.log'), 'utf8').slice(-3_000)
      throw new Error(`${String(error)}; came: ${states}\n${this.door.refusals.slice(-3).join('\n')}\n${log}`)
    }
  }

  /** Waits for the set that the inventory shows for all of these (`name=version`), as an order names it. */
  findSet(...wanted: string[]): Promise<UpdateSet> {
    const look = () => {
      const sets = wanted.map((name) => setFromInventory(this.door.inventory, name))
      return sets.every((set) => set !== null && set.key === sets[0]?.key) ? sets[0] : null
    }
    return waitFor(`inventory with ${wanted.join(' ')}`, look, 20_000)
  }

  scan(): string {
    return this.door.give({ ...this.door.base(), verb: 'scan' })
  }

  installOrder(sets: UpdateSet[], change: Partial<InstallOrder> = {}): InstallOrder {
    return {
      ...this.door.base(),
      verb: 'install',
      sets,
      preconditions: { minFreeBytes: 0 },
      healthPlan: healthPlan(null),
      rebootRule: 'never',
      mayStartOffline: false,
      ...change,
    }
  }

  rollbackOrder(installOrderId: string | null, sets: UpdateSet[]): RollbackOrder {
    return {
      ...this.door.base(),
      verb: 'rollback',
      installOrderId,
      sets: sets.map(({ key, undo }) => ({ key, undo })),
      healthPlan: healthPlan(null),
    }
  }

  journalFiles(): string[] {
    return readdirSync(join(this.stateDir, 'orders')).filter(
      (name) => name.endsWith('.jsonl') && name !== 'ended.jsonl',
    )
  }
}

/** The lab service's probes, with short pauses. */
export function healthPlan(watch: HealthPlan['watch']): HealthPlan {
  const ownerFile = '/usr/lib/lab-svc/service.json'
  return {
    probes: [
      { kind: 'process', name: 'lab-svc runs', pidFile: 'run/lab-svc/pid', ownerFile },
      {
        kind: 'http',
        name: 'lab-svc answers',
        port: { portFile: 'run/lab-svc/port' },
        path: '/health',
        expectStatus: 200,
        timeoutMs: 2_000,
        ownerFile,
      },
    ],
    tries: 3,
    pauseMs: 300,
    watch,
  }
}
