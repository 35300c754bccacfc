import { eq } from 'drizzle-orm'
import { deviceEvents, devices } from '../../db/schema/devices.ts'
import { perform } from '../access.ts'
import { actorName, type Context } from '../context.ts'
import { notAllowedNow } from '../errors.ts'
import { findPolicyInForce } from '../policies/queries.ts'
import { placeDevices } from '../rollouts/rules.ts'
import { deviceChange, getDeviceRow } from './queries.ts'
import type { TagDevice } from './schema.ts'

/** Sets the tags of a device, and so its ring. Running rollouts keep the ring they froze. Answers the ring it is in from now on. */
export function tagDevice(ctx: Context, input: TagDevice): Promise<{ ringName: string | null }> {
  return perform(ctx, 'device:tag', async (tx) => {
    const device = await getDeviceRow(tx, input.deviceId, true)
    if (device.retiredAt) throw notAllowedNow('This device is retired.')
    const { policy } = await findPolicyInForce(tx, device.clientId)
    const ringOf = (tags: readonly string[]) => {
      const position = placeDevices(policy.rings, [{ id: device.id, tags }]).get(device.id)
      return position === undefined ? null : (policy.rings[position]?.name ?? null)
    }
    const before = { tags: device.tags, ring: ringOf(device.tags) }
    const after = { tags: input.tags, ring: ringOf(input.tags) }
    if (before.tags.join('\n') === after.tags.join('\n')) return { value: { ringName: after.ring }, changes: [] }
    await tx.update(devices).set({ tags: input.tags }).where(eq(devices.id, device.id))
    const tags = after.tags.length > 0 ? `Tags are ${after.tags.join(', ')}` : 'No tags'
    await tx.insert(deviceEvents).values({
      mspId: ctx.mspId,
      clientId: device.clientId,
      deviceId: device.id,
      at: ctx.now,
      kind: 'tagged',
      summary: `${tags}, ring ${after.ring ?? 'none'}, set by ${actorName(ctx.actor)}`,
    })
    return { value: { ringName: after.ring }, changes: [deviceChange(device, { before, after })] }
  })
}
