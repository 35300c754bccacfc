import { eq } from 'drizzle-orm'
import { reportSettings } from '../../../db/schema/report-deliveries.ts'
import { msps } from '../../../db/schema/tenancy.ts'
import { perform } from '../../access.ts'
import type { Context } from '../../context.ts'
import { notFound } from '../../errors.ts'
import { requireWhole } from '../../msps/save-settings.ts'
import type { SaveReportSettings } from '../schema.ts'

/** Sets when reports go out by themselves and in which colour. What was counted before going by itself was chosen never does. */
export function saveReportSettings(ctx: Context, input: SaveReportSettings): Promise<void> {
  return perform(ctx, 'msp:save-settings', async (tx) => {
    requireWhole(ctx)
    const [msp] = await tx.select({ name: msps.name }).from(msps).where(eq(msps.id, ctx.mspId)).for('no key update')
    if (!msp) throw notFound('This page')
    const [was] = await tx.select().from(reportSettings)
    const { sendAfterDays, accent } = input
    const wasDays = was?.sendAfterDays ?? null
    if (wasDays === sendAfterDays && (was?.accent ?? null) === accent) return { value: undefined, changes: [] }
    const sendsSince = was && wasDays === sendAfterDays ? was.sendsSince : ctx.now
    await tx
      .insert(reportSettings)
      .values({ mspId: ctx.mspId, sendAfterDays, accent, sendsSince })
      .onConflictDoUpdate({ target: reportSettings.mspId, set: { sendAfterDays, accent, sendsSince } })
    const details = { reportsGoAfterDays: [wasDays, sendAfterDays], reportColour: [was?.accent ?? null, accent] }
    const subject = { kind: 'msp' as const, id: ctx.mspId, name: msp.name }
    return { value: undefined, changes: [{ clientId: null, subject, details }] }
  })
}
