import { eq } from 'drizzle-orm'
import { msps } from '../../db/schema/tenancy.ts'
import { perform } from '../access.ts'
import type { Context } from '../context.ts'
import { DomainError, notFound } from '../errors.ts'
import { settingsCan } from './rules.ts'
import type { SaveSettings } from './schema.ts'

/** Sets when a second person is asked, and how many devices may start in an hour. Both hold from the next action on. */
export function saveSettings(ctx: Context, input: SaveSettings): Promise<void> {
  return perform(ctx, 'msp:save-settings', async (tx) => {
    requireWhole(ctx)
    const [was] = await tx.select().from(msps).where(eq(msps.id, ctx.mspId)).for('no key update')
    if (!was) throw notFound('This page')
    const { secondPersonDevices, devicesPerHour } = input
    if (was.secondPersonDevices === secondPersonDevices && was.devicesPerHour === devicesPerHour)
      return { value: undefined, changes: [] }
    await tx.update(msps).set({ secondPersonDevices, devicesPerHour }).where(eq(msps.id, ctx.mspId))
    return {
      value: undefined,
      changes: [
        {
          clientId: null,
          subject: { kind: 'msp', id: ctx.mspId, name: was.name },
          details: {
            secondPersonDevices: [was.secondPersonDevices, secondPersonDevices],
            devicesPerHour: [was.devicesPerHour, devicesPerHour],
          },
        },
      ],
    }
  })
}

/** Throws the sentence of the rule (`settingsCan`) for who sees some clients only. */
export function requireWhole(ctx: Context): void {
  const verdict = settingsCan.save({ permissions: ctx.permissions, hasAllClients: ctx.clients === 'all' })
  if (!verdict.can) throw new DomainError('forbidden', verdict.reason)
}
