import { and, eq, sql } from 'drizzle-orm'
import { sites } from '../../db/schema/tenancy.ts'
import { perform } from '../access.ts'
import { lockClient } from '../clients/lock-client.ts'
import { actorName, type Context } from '../context.ts'
import { notAllowedNow, notFound } from '../errors.ts'
import { lockIdleDevice } from './lock-idle-device.ts'
import { deviceChange } from './queries.ts'
import type { MoveDevice } from './schema.ts'

/**
 * Moves a device to another client of the MSP: what it is now goes over, what happened stays with the client where it happened. Orders that
 * did not begin are void, claims end. Its id and key stay, so its agent notices nothing. Needs sight of both clients.
 */
export function moveDevice(ctx: Context, input: MoveDevice): Promise<void> {
  return perform(ctx, 'device:move', async (tx) => {
    const to = await lockClient(tx, input.clientId)
    const [site] = await tx
      .select()
      .from(sites)
      .where(and(eq(sites.id, input.siteId), eq(sites.clientId, to.id)))
    if (!site) throw notFound('This site')
    const device = await lockIdleDevice(tx, ctx, input.deviceId)
    if (device.clientId === to.id) throw notAllowedNow(`${device.hostName} belongs to ${to.name} already.`)
    const tags = input.keepTags ? null : '{}'
    await tx.execute(sql`select door.move_device(${ctx.now.toISOString()}::timestamptz, ${ctx.mspId}::uuid, ${device.id}::uuid,
      ${to.id}::uuid, ${site.id}::uuid, ${tags}::text[], ${actorName(ctx.actor)})`)
    const { reason } = input
    // The log of one client does not name the other: who reads it may not know that one.
    return {
      value: undefined,
      changes: [
        { ...deviceChange(device, { left: 'for another client' }), reason },
        {
          ...deviceChange(
            { ...device, clientId: to.id },
            { came: 'from another client', site: site.name, keepTags: input.keepTags },
          ),
          reason,
        },
      ],
    }
  })
}
