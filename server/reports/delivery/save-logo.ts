import { createHash } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { reportSettings } from '../../../db/schema/report-deliveries.ts'
import { msps } from '../../../db/schema/tenancy.ts'
import { perform } from '../../access.ts'
import type { Context } from '../../context.ts'
import { DomainError, notFound } from '../../errors.ts'
import { requireWhole } from '../../msps/save-settings.ts'
import { cleanLogo } from '../check-logo.ts'
import type { SaveLogo } from '../schema.ts'

/**
 * Sets the logo that stands on reports and over the portal, or takes it away. `invalid` with the sentence of `cleanLogo` for what is no logo.
 * A file that is made already stays as it is.
 */
export function saveLogo(ctx: Context, { png }: SaveLogo): Promise<void> {
  return perform(ctx, 'msp:save-settings', async (tx) => {
    requireWhole(ctx)
    const [msp] = await tx.select({ name: msps.name }).from(msps).where(eq(msps.id, ctx.mspId)).for('no key update')
    if (!msp) throw notFound('This page')
    const logo = png === null ? null : cleaned(Buffer.from(png, 'base64'))
    const logoHash = logo && createHash('sha256').update(logo).digest('hex')
    const [was] = await tx.select({ logoHash: reportSettings.logoHash }).from(reportSettings)
    if ((was?.logoHash ?? null) === logoHash) return { value: undefined, changes: [] }
    await tx
      .insert(reportSettings)
      .values({ mspId: ctx.mspId, logo, logoHash, sendsSince: ctx.now })
      .onConflictDoUpdate({ target: reportSettings.mspId, set: { logo, logoHash } })
    const details = { reportLogo: [was?.logoHash ?? null, logoHash] }
    const subject = { kind: 'msp' as const, id: ctx.mspId, name: msp.name }
    return { value: undefined, changes: [{ clientId: null, subject, details }] }
  })
}

function cleaned(bytes: Buffer): Buffer {
  try {
    return cleanLogo(bytes)
  } catch (error) {
    throw new DomainError('invalid', error instanceof Error ? error.message : 'This is no logo')
  }
}
