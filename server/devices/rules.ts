import { type Can, no, yes } from '../can.ts'

/**
 * What may be done to a device and why not, and how lists name its state. Pure, free of Zod and of clocks: the browser imports it.
 */

/** Marks of a device in lists; the drawings are those of `components/mark-state.ts`. */
export type DeviceMark = 'installed' | 'missing' | 'pending-reboot' | 'failed' | 'past-due' | 'no-data'

export interface DeviceNumbers {
  status: 'active' | 'silent' | 'no-data'
  isRebootPending: boolean
  isPastDue: boolean
  missingCount: number
  failedCount: number
}

/** The one state a list shows: what needs a person first; no data is never good. */
export function deviceState(device: DeviceNumbers): { mark: DeviceMark; word: string } {
  if (device.status === 'no-data') return { mark: 'no-data', word: 'No data' }
  if (device.failedCount > 0) return { mark: 'failed', word: 'Failed' }
  if (device.isPastDue) return { mark: 'past-due', word: 'Past due' }
  if (device.status === 'silent') return { mark: 'no-data', word: 'Silent' }
  if (device.isRebootPending) return { mark: 'pending-reboot', word: 'Pending reboot' }
  if (device.missingCount > 0) return { mark: 'missing', word: 'Missing' }
  return { mark: 'installed', word: 'Compliant' }
}

/** What the rules need to know of a device. */
export interface DeviceFacts {
  isRetired: boolean
  /** A scan that the device has not taken up yet, or carries out now. */
  isScanOrdered: boolean
  /** Install orders that only the window keeps from starting. */
  startableOrders: number
  /** Install orders whose window is open already: by the policy, or by an earlier "patch now". */
  openOrders: number
  /** Why nothing may go in now, in a sentence; used when both numbers are zero. */
  obstacle: string
}

/** One failed update set of a device, as far as a retry is concerned. */
export interface RetryFacts {
  isRetired: boolean
  itemState: string
  isClaimed: boolean
  rollout: { number: number; state: 'running' | 'finished' | 'aborted' }
  ring: { name: string; isOpenOrPassed: boolean }
  patchName: string
  isPatchStopped: boolean
  keptBack: KeptBack
  /** Install orders made so far for this device in this rollout, and how many there may be. */
  installs: number
  maxInstalls: number
  hasLiveOrder: boolean
}

/** What stands before a retry, and is ended apart. */
export type KeptBack = 'hold' | 'exception' | null

/** Why nothing is done with a retired device. */
export const isRetiredReason = 'This device is retired.'

/** A disabled button shows the reason; the verb refuses with the same one. */
export const deviceCan = {
  scan: (device: DeviceFacts): Can => {
    if (device.isRetired) return no(isRetiredReason)
    return device.isScanOrdered ? no('A scan is ordered already. The device takes it up at its next check-in.') : yes
  },
  /** Opens the window for what this device may get now; never skips approval, gate or hold. */
  patchNow: (device: DeviceFacts): Can => {
    if (device.isRetired) return no(isRetiredReason)
    if (device.startableOrders > 0) return yes
    if (device.openOrders > 0) return no('Its window is open already. The device starts at its next check-in.')
    return no(device.obstacle)
  },
  /** The next attempt. A failure that was counted stays counted. */
  retry: (facts: RetryFacts): Can => {
    const run = `R-${facts.rollout.number}`
    if (facts.isRetired) return no(isRetiredReason)
    if (facts.itemState !== 'failed' && facts.itemState !== 'rolled-back')
      return no(`${facts.patchName} has not failed here.`)
    if (facts.keptBack === 'hold') return no(`${facts.patchName} is held. Lift the hold first.`)
    if (facts.keptBack === 'exception')
      return no(`${facts.patchName} is kept off by an exception. End the exception first.`)
    if (facts.rollout.state === 'aborted') return no(`${run} was aborted. Start a new rollout.`)
    if (facts.rollout.state === 'finished' || !facts.isClaimed) return no(`${run} has ended. Start a new rollout.`)
    if (facts.isPatchStopped) return no(`${run} has stopped ${facts.patchName}.`)
    if (!facts.ring.isOpenOrPassed) return no(`Ring ${facts.ring.name} of ${run} is not open.`)
    if (facts.hasLiveOrder) return no('Another order of this rollout is still with the device.')
    return facts.installs < facts.maxInstalls ? yes : no(`All ${facts.maxInstalls} attempts of ${run} are used.`)
  },
} as const
