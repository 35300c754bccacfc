import { createPrivateKey } from 'node:crypto'
import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { uptime } from 'node:os'
import { join } from 'node:path'
import { Bell } from './bell.ts'
import { type AgentConfig, loadConfig, pollWaitMs, programEnvironment, scanEveryMs } from './config.ts'
import type { Device } from './device.ts'
import { BackOff } from './door/back-off.ts'
import { DoorClient, DoorRefusal } from './door/door-client.ts'
import { readBootId } from './facts/collect-facts.ts'
import { Inventory } from './inventory/inventory.ts'
import { InventorySender } from './inventory/send-inventory.ts'
import { log, messageOf } from './log.ts'
import { openAptRoot } from './managers/apt/apt-root.ts'
import { PackageStore } from './managers/apt/package-store.ts'
import { Mutex } from './mutex.ts'
import { keepHouse } from './orders/keep-house.ts'
import { OrderDesk } from './orders/order-desk.ts'
import { RootFollower } from './roots/follow-roots.ts'
import { checkStateFolder } from './state/check-state-folder.ts'
import { readOwnText, writeFileLoosely } from './state/durable-file.ts'
import type { JournalEntry } from './state/journal.ts'
import { OrderBook } from './state/order-book.ts'
import { Outbox } from './state/outbox.ts'
import { openRequestCounter } from './state/request-counter.ts'
import { takeStateLock } from './state/state-lock.ts'
import { agentVersion } from './version.ts'
import { wait } from './wait.ts'
import type { KeyRoot } from './wire/envelope.ts'

export interface RunOptions {
  stateDir: string
  /** Overrides the root of the config. */
  aptRoot?: string
  /** Sees each journal entry once it is on the disk. */
  observe?: (orderId: string, entry: JournalEntry) => void
  /** Sees each newer root of the signing keys before it is kept. */
  observeRoot?: (root: KeyRoot) => void
}

/** Runs the enrolled agent until `signal`. Throws when the state folder is taken, damaged, or there is no apt. */
export async function runAgent(options: RunOptions, signal: AbortSignal): Promise<void> {
  const { stateDir } = options
  if (existsSync(stateDir)) checkStateFolder(stateDir)
  const stored = loadConfig(stateDir)
  const config: AgentConfig = { ...stored, aptRoot: options.aptRoot ?? stored.aptRoot }
  const release = takeStateLock(stateDir)
  try {
    // What an earlier life left half fetched is of no use.
    rmSync(join(stateDir, 'tmp'), { recursive: true, force: true })
    mkdirSync(join(stateDir, 'transactions'), { recursive: true, mode: 0o700 })
    const key = createPrivateKey(readOwnText(join(stateDir, 'device-key.pem')) ?? '')
    const apt = await openAptRoot(config.aptRoot, programEnvironment(), join(stateDir, 'apt-cache'))
    const door = new DoorClient(config, key, openRequestCounter(stateDir))
    const follower = new RootFollower({
      stateDir,
      config,
      ask: (request) => door.askRoots(request, signal),
      observe: options.observeRoot,
      signal,
    })
    const loops = new AgentLoops(config, stateDir, door, follower, signal)
    const device: Device = {
      config,
      stateDir,
      key,
      apt,
      store: new PackageStore(stateDir),
      book: new OrderBook(stateDir, options.observe),
      outbox: new Outbox(stateDir, key),
      packages: new Mutex(),
      now: () => new Date(),
      uptimeMs: () => uptime() * 1_000,
      askPermit: (orderId) => door.askPermit(orderId),
      scan: () => loops.scan(device),
      onReport: () => loops.reportBell.ring(),
      clockNote: () => door.clockNote(),
    }
    const desk = new OrderDesk(device, signal)
    log('info', 'started', { deviceId: config.deviceId, server: config.server, version: agentVersion })
    desk.resume()
    await Promise.all([
      loops.checkIn(device),
      loops.poll(desk),
      loops.sendReports(device),
      loops.lookAround(device, desk.openOrderId !== null),
    ])
    log('info', 'stopped')
  } finally {
    release()
  }
}

/** The four loops of a running agent; each waits on its own and backs off on its own. */
class AgentLoops {
  readonly reportBell = new Bell()
  readonly #checkInBell = new Bell()
  readonly #config: AgentConfig
  readonly #stateDir: string
  readonly #door: DoorClient
  readonly #roots: RootFollower
  readonly #signal: AbortSignal
  readonly #inventory: Inventory
  readonly #scans = new Mutex()

  constructor(config: AgentConfig, stateDir: string, door: DoorClient, roots: RootFollower, signal: AbortSignal) {
    this.#config = config
    this.#stateDir = stateDir
    this.#door = door
    this.#roots = roots
    this.#signal = signal
    this.#inventory = new Inventory(stateDir)
  }

  /** Looks at the device now; the next check-in follows at once. */
  async scan(device: Device): Promise<void> {
    try {
      const { config, apt, store, packages, now } = device
      if (this.#inventory.hashes === null) {
        await this.#inventory.refreshQuickly(config, apt, now)
        this.#checkInBell.ring()
      }
      keepHouse(device)
      await this.#scans.run(() => this.#inventory.refresh(config, apt, store, packages, now))
    } catch (error) {
      log('error', 'the device could not be looked at', { reason: messageOf(error) })
      this.#inventory.noteFailure(messageOf(error), device.now)
    }
    this.#checkInBell.ring()
  }

  /** Looks at start and every few hours. `skipsFirst`: an order goes on and looks at its end. */
  async lookAround(device: Device, skipsFirst: boolean): Promise<void> {
    if (!skipsFirst || this.#inventory.hashes === null) await this.scan(device)
    while (await wait(scanEveryMs * (0.9 + Math.random() / 5), this.#signal)) await this.scan(device)
  }

  async checkIn(device: Device): Promise<void> {
    const backOff = new BackOff()
    const sender = new InventorySender(this.#inventory, (request) => this.#door.sendInventory(request))
    let { checkInMs, jitterMs } = this.#config
    while (!this.#signal.aborted) {
      let pauseMs: number
      const { hashes } = this.#inventory
      if (hashes === null) {
        // Nothing seen yet: the first look rings.
        await this.#checkInBell.wait(checkInMs, this.#signal)
        continue
      }
      try {
        const bootId = readBootId()
        const reportSeq = device.outbox.lastSeq
        const answer = await this.#door.checkIn({ agentVersion, bootId, hashes, reportSeq })
        ;({ checkInMs, jitterMs } = readIntervals(answer, { checkInMs, jitterMs }))
        this.#noteContact()
        await this.#roots.follow(answer.rootVersion)
        backOff.reset()
        const againMs = answer.want.length > 0 ? await sender.show(answer.want) : null
        pauseMs = Math.max(
          1_000,
          Math.min(checkInMs + (Math.random() * 2 - 1) * jitterMs, againMs ?? Number.POSITIVE_INFINITY),
        )
      } catch (error) {
        pauseMs = this.#pauseAfter(error, backOff, 'check-in')
      }
      await this.#checkInBell.wait(pauseMs, this.#signal)
    }
  }

  async poll(desk: OrderDesk): Promise<void> {
    const backOff = new BackOff()
    while (!this.#signal.aborted) {
      try {
        const startedMs = performance.now()
        const { orders } = await this.#door.poll(pollWaitMs, desk.openOrderId, this.#signal)
        const fresh = Array.isArray(orders) ? await desk.receive(orders) : 0
        backOff.reset()
        // A door that answers at once with nothing new must not make this a busy loop.
        if (fresh === 0 && performance.now() - startedMs < 500) await wait(500, this.#signal)
      } catch (error) {
        if (this.#signal.aborted) return
        await wait(this.#pauseAfter(error, backOff, 'poll'), this.#signal)
      }
    }
  }

  async sendReports(device: Device): Promise<void> {
    const backOff = new BackOff()
    let limit = 50
    while (!this.#signal.aborted) {
      const reports = device.outbox.nextBatch(limit)
      if (reports.length === 0) {
        await this.reportBell.wait(3_600_000, this.#signal)
        continue
      }
      try {
        const { ackSeq, stored, dropped } = await this.#door.sendReports({ reports })
        if (dropped) log('warn', 'the door keeps no report about an order that it never gave', { ...dropped })
        // An older door may acknowledge more than it was sent: numbers of an earlier life of this device.
        device.outbox.acknowledge(Math.min(ackSeq, reports.at(-1)?.report.seq ?? 0))
        limit = 50
        const next = device.outbox.nextBatch(1)[0]?.report.seq
        const isMoved = next !== undefined && isChainEnd(stored) && stored.seq + 1 !== next
        if (isMoved) {
          log('warn', 'this device or the door was restored: reports are numbered anew', { from: next, stored })
          device.outbox.moveAfter(stored)
        }
        if (isMoved || next !== reports[0]?.report.seq) {
          backOff.reset()
          continue
        }
        await wait(backOff.next(), this.#signal)
      } catch (error) {
        // Too large together may be small enough apart.
        if (error instanceof DoorRefusal && [400, 413, 422].includes(error.status)) limit = Math.max(1, limit >> 1)
        await wait(this.#pauseAfter(error, backOff, 'reports'), this.#signal)
      }
    }
  }

  #pauseAfter(error: unknown, backOff: BackOff, what: string): number {
    const pauseMs = backOff.next(error instanceof DoorRefusal ? error.retryAfterMs : 0)
    if (!this.#signal.aborted) log('warn', `${what} failed`, { reason: messageOf(error), pauseMs: Math.round(pauseMs) })
    return pauseMs
  }

  /** For `status` only: losing it costs nothing. */
  #noteContact(): void {
    const text = JSON.stringify({ lastCheckInAt: new Date().toISOString(), clockSkewMs: Math.round(this.#door.skewMs) })
    writeFileLoosely(join(this.#stateDir, 'contact.json'), `${text}\n`)
  }
}

function isChainEnd(stored: { seq: number; hash: string } | undefined): stored is { seq: number; hash: string } {
  return (
    stored !== undefined && Number.isSafeInteger(stored.seq) && stored.seq >= 0 && /^[0-9a-f]{64}$/.test(stored.hash)
  )
}

function readIntervals(
  answer: { checkInMs: number; jitterMs: number },
  otherwise: { checkInMs: number; jitterMs: number },
): { checkInMs: number; jitterMs: number } {
  const { checkInMs, jitterMs } = answer
  if (!(checkInMs >= 1_000 && checkInMs <= 86_400_000 && jitterMs >= 0 && jitterMs <= checkInMs)) return otherwise
  return { checkInMs, jitterMs }
}
