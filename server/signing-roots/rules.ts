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

/** What somebody says is lost. */
export interface Loss {
  /** Key ids, as they named them. */
  named: readonly string[]
  force: boolean
}

interface Replacement extends Loss {
  /** Ids of the keys that sign now, and of those of them that the file holds. */
  signing: readonly string[]
  held: readonly string[]
  /** Devices that would not trust what takes their place. */
  devices: number
  /** When one of them signed an order in the last hour: the last time. */
  signedAt: Date | null
}

/** May a root that nobody signed take the place of these keys? With the reason why not. */
export function replaceCan(asked: Replacement): { can: true } | { can: false; reason: string } {
  const { named, force, signing, held, devices, signedAt } = asked
  if (held.length > 0) return no(`The key ${held.join(', ')} is here, so it is not lost: rotate it.`)
  if (named.length !== signing.length || !signing.every((keyId) => named.includes(keyId)))
    return no(
      `${plural(devices, 'device', 'devices')} would have to be enrolled again. The worker's file may only lie elsewhere; if it is lost, name each key that signs now: ${signing.join(' ')}.`,
    )
  if (signedAt && !force)
    return no(
      `These keys signed an order at ${signedAt.toISOString()}, so a worker has them: look for its file, or say --force.`,
    )
  return { can: true }
}

const no = (reason: string) => ({ can: false, reason }) as const
