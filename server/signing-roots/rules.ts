import { plural } from '../../components/format.ts'

/** What a root without a key would leave behind. */
export interface Behind {
  /** Devices that have not pinned the root with the newer key: they would refuse orders until they have. */
  devices: number
  /** Signed orders that wait for their device and that no other key signed. */
  orders: number
}

interface Retirement extends Behind {
  force: boolean
  threshold: number
  /** Keys that would go on signing, and how many of them are held here. */
  left: number
  heldLeft: number
}

/** May this key be retired? With the reason why not. */
export function retireCan(asked: Retirement): { can: true } | { can: false; reason: string } {
  const { devices, orders, force, threshold, left, heldLeft } = asked
  if (left < threshold) return no('It is the only key that signs: add another one first.')
  if (heldLeft < threshold) return no('The key file does not hold the other keys: nothing could be signed any more.')
  if (force) return { can: true }
  if (devices > 0)
    return no(
      `${plural(devices, 'device does', 'devices do')} not go by the newer key yet and would refuse orders until then: wait until they have checked in, retire them, or say --force.`,
    )
  if (orders > 0)
    return no(
      `${plural(orders, 'order waits', 'orders wait')} that only this key signed and would be refused: wait until they are done, or say --force.`,
    )
  return { can: true }
}

const no = (reason: string) => ({ can: false, reason }) as const
