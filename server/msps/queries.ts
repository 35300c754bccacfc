import { asc } from 'drizzle-orm'
import { reportSettings } from '../../db/schema/report-deliveries.ts'
import { identityTenants, msps } from '../../db/schema/tenancy.ts'
import { read } from '../access.ts'
import type { Context } from '../context.ts'
import { notFound } from '../errors.ts'

/** What holds for the whole company: its limits, and the directories whose people may come in. */
export function getSettings(ctx: Context) {
  return read(ctx, 'member:read', async (tx) => {
    const [msp] = await tx
      .select({
        name: msps.name,
        slug: msps.slug,
        secondPersonDevices: msps.secondPersonDevices,
        devicesPerHour: msps.devicesPerHour,
        managersNeedFactor: msps.managersNeedFactor,
      })
      .from(msps)
    if (!msp) throw notFound('This page')
    const directories = await tx
      .select({
        provider: identityTenants.provider,
        tenant: identityTenants.tenant,
        addedAt: identityTenants.addedAt,
      })
      .from(identityTenants)
      .orderBy(asc(identityTenants.provider), asc(identityTenants.tenant))
    const [reports] = await tx
      .select({
        sendAfterDays: reportSettings.sendAfterDays,
        accent: reportSettings.accent,
        logoHash: reportSettings.logoHash,
      })
      .from(reportSettings)
    return {
      ...msp,
      directories,
      reports: reports ?? { sendAfterDays: null, accent: null, logoHash: null },
      asOf: ctx.now,
    }
  })
}
