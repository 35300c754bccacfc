import { BackOff } from '../door/back-off.ts'
import { DoorRefusal } from '../door/door-client.ts'
import { log, messageOf } from '../log.ts'
import type { InventoryRequest } from '../wire/door.ts'
import type { Section } from './refused-sections.ts'

/** What the sender needs of an inventory. */
export interface ShownInventory {
  read(want: readonly Section[]): InventoryRequest | null
  noteRefusal(section: Section, sentHash: string, reason: string): void
}

const sections: readonly Section[] = ['facts', 'packages', 'missing']

/**
 * Shows the door what it asks for. What cannot be sent now waits on its own: check-ins go on meanwhile, so that the device does not look
 * silent. What the door will never take as it is, is told in its place, section by section.
 */
export class InventorySender {
  readonly #inventory: ShownInventory
  readonly #send: (request: InventoryRequest) => Promise<unknown>
  readonly #backOff = new BackOff()
  #pausedUntilMs = 0

  constructor(inventory: ShownInventory, send: (request: InventoryRequest) => Promise<unknown>) {
    this.#inventory = inventory
    this.#send = send
  }

  /** Never throws. Says in how many milliseconds to look again, null when the next check-in is soon enough. */
  async show(want: readonly Section[]): Promise<number | null> {
    const leftMs = this.#pausedUntilMs - performance.now()
    if (leftMs > 0) return leftMs
    try {
      const hasRefused = await this.#showAll(sections.filter((section) => want.includes(section)))
      this.#backOff.reset()
      // The words about it are news by themselves.
      return hasRefused ? 1_000 : null
    } catch (error) {
      const pauseMs = this.#backOff.next(error instanceof DoorRefusal ? error.retryAfterMs : 0)
      this.#pausedUntilMs = performance.now() + pauseMs
      log('warn', 'the inventory could not be sent', { reason: messageOf(error), pauseMs: Math.round(pauseMs) })
      return pauseMs
    }
  }

  async #showAll(want: readonly Section[]): Promise<boolean> {
    const request = this.#inventory.read(want)
    if (!request) return false
    try {
      await this.#send(request)
      return false
    } catch (error) {
      if (!(error instanceof DoorRefusal) || !isForGood(error)) throw error
      const sent = sections.filter((section) => request[section] !== undefined)
      const [only] = sent
      if (sent.length === 1 && only) {
        log('error', 'the door does not take a part of the inventory', { section: only, reason: error.message })
        this.#inventory.noteRefusal(only, request.hashes[only], error.message)
        return true
      }
      let hasRefused = false
      for (const section of sent) hasRefused = (await this.#showAll([section])) || hasRefused
      return hasRefused
    }
  }
}

/**
 * Only the door itself judges what was said (`malformed`, `too-large`): a proxy's 403, 404 or 405 passes. A proxy's 413 stands for as long
 * as the section is that large.
 */
function isForGood({ status, code }: DoorRefusal): boolean {
  return status === 413 || code === 'malformed' || code === 'too-large'
}
