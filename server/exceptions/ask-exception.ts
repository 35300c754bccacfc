import { and, eq, gt, isNull } from 'drizzle-orm'
import { exceptions } from '../../db/schema/exceptions.ts'
import { perform, type Tx } from '../access.ts'
import { lockClient } from '../clients/lock-client.ts'
import { actorName, type Context } from '../context.ts'
import { type DeviceRow, getDeviceRow } from '../devices/queries.ts'
import { DomainError, notAllowedNow, notFound } from '../errors.ts'
import { getPatchRow } from '../patches/queries.ts'
import { addressManagers, sendToManagers } from '../portal/mail-managers.ts'
import { exceptionChange, sayKeptOff } from './exception-rows.ts'
import { dayAt, endOfDay, judgeLastDay, type Side, sayReach } from './rules.ts'
import type { AskException } from './schema.ts'

const actionOf = { msp: 'exception:ask', client: 'portal:ask-exception' } as const

/**
 * Asks that a patch stays off, until the end of a day in the client's zone. Nothing is kept off before the other side agrees: the client
 * manager signs off what the MSP asks, the MSP accepts what the client asks. `invalid` for a day that is over or more than a year away,
 * `not-allowed-now` while the same waits for an answer. The client's managers are told by mail of what the MSP asks.
 */
export async function askException(ctx: Context, input: AskException, from: Side): Promise<{ exceptionId: string }> {
  const { exceptionId, letters } = await perform(ctx, actionOf[from], async (tx) => {
    // Asked twice at the same moment, one finds the other.
    const client = await lockClient(tx, input.clientId)
    const patch = await getPatchRow(tx, input.patchId)
    const device = await findNamedDevice(tx, input)
    const tag = input.reach.kind === 'tag' ? input.reach.tag : null
    const dayCan = judgeLastDay(input.lastDay, dayAt(ctx.now, client.timeZone))
    if (!dayCan.can) throw new DomainError('invalid', dayCan.reason)
    const expiresAt = endOfDay(input.lastDay, client.timeZone)
    const same = await tx
      .select({ id: exceptions.id })
      .from(exceptions)
      .where(
        and(
          ...[eq(exceptions.clientId, client.id), eq(exceptions.patchId, patch.id)],
          ...[isNull(exceptions.answer), isNull(exceptions.endedAt), gt(exceptions.expiresAt, ctx.now)],
          device ? eq(exceptions.deviceId, device.id) : isNull(exceptions.deviceId),
          eq(exceptions.isAllVersions, input.isAllVersions),
          tag === null ? isNull(exceptions.tag) : eq(exceptions.tag, tag),
        ),
      )
      .limit(1)
    if (same.length > 0) throw notAllowedNow('The same was asked already and waits for an answer.')
    const { isAllVersions, reason, owner, measure, lastDay } = input
    const [made] = await tx
      .insert(exceptions)
      .values({
        ...{ mspId: ctx.mspId, clientId: client.id, patchId: patch.id, isAllVersions },
        ...{ deviceId: device?.id ?? null, tag, reason, owner, measure, lastDay, expiresAt },
        ...{ askedFrom: from, askedBy: actorName(ctx.actor), askedAt: ctx.now },
      })
      .returning({ id: exceptions.id })
    if (!made) throw new Error('insert returned no exception')
    const reach = sayReach({ hostName: device?.hostName ?? null, tag })
    const row = { id: made.id, clientId: client.id, isAllVersions }
    const asks = `you to sign off that ${sayKeptOff(patch, isAllVersions)} stays off ${reach}`
    const letters = from === 'msp' ? await addressManagers(tx, ctx, client.id, { asks, reason }) : []
    return {
      value: { exceptionId: made.id, letters },
      changes: [exceptionChange(row, patch, reason, { reach, owner, measure, lastDay })],
    }
  })
  sendToManagers(letters)
  return { exceptionId }
}

/** The device, if one is named: in use, and of this client. */
async function findNamedDevice(tx: Tx, { clientId, reach }: AskException): Promise<DeviceRow | null> {
  if (reach.kind !== 'device') return null
  const device = await getDeviceRow(tx, reach.deviceId)
  if (device.clientId !== clientId) throw notFound('This device')
  if (device.retiredAt) throw notAllowedNow('This device is retired.')
  return device
}
