import { and, eq, gt, isNull } from 'drizzle-orm'
import { exceptions } from '../../db/schema/exceptions.ts'
import type { Tx } from '../access.ts'
import type { Context } from '../context.ts'
import { endOfDay } from './rules.ts'

/** Makes the exceptions of a client that are not over end with the same day in another zone. What has expired stays expired. */
export async function moveExpiries(
  tx: Tx,
  { now }: Pick<Context, 'now'>,
  { clientId, timeZone }: { clientId: string; timeZone: string },
): Promise<void> {
  const isOpen = and(eq(exceptions.clientId, clientId), isNull(exceptions.endedAt), gt(exceptions.expiresAt, now))
  const days = await tx.selectDistinct({ lastDay: exceptions.lastDay }).from(exceptions).where(isOpen)
  for (const { lastDay } of days)
    await tx
      .update(exceptions)
      .set({ expiresAt: endOfDay(lastDay, timeZone) })
      .where(and(isOpen, eq(exceptions.lastDay, lastDay)))
}
