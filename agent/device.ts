import type { KeyObject } from 'node:crypto'
import type { AgentConfig } from './config.ts'
import type { AptRoot } from './managers/apt/apt-root.ts'
import type { PackageStore } from './managers/apt/package-store.ts'
import type { Mutex } from './mutex.ts'
import type { OrderBook } from './state/order-book.ts'
import type { Outbox } from './state/outbox.ts'
import type { PermitAnswer } from './wire/door.ts'

/** Everything the work on orders needs of this device. */
export interface Device {
  config: AgentConfig
  stateDir: string
  key: KeyObject
  apt: AptRoot
  store: PackageStore
  book: OrderBook
  outbox: Outbox
  /** One change of packages at a time, and no watch probe during one. */
  packages: Mutex
  now: () => Date
  /** Time since the machine was started, in milliseconds. */
  uptimeMs: () => number
  /** Asks the door for the start permit; throws when the door cannot be reached. */
  askPermit: (orderId: string) => Promise<PermitAnswer>
  /** Looks at the device again and tells the door what changed. */
  scan: () => Promise<void>
  /** Called after each report, so that it leaves soon. */
  onReport: () => void
  /** Words about a clock that differs from the door's; '' when it does not. */
  clockNote: () => string
}
