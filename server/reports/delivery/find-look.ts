import { eq } from 'drizzle-orm'
import { reportSettings } from '../../../db/schema/report-deliveries.ts'
import { read, type Tx } from '../../access.ts'
import type { Context } from '../../context.ts'
import { notFound } from '../../errors.ts'
import { plainLook, type ReportLook } from '../report-look.ts'
import type { GetLogo } from '../schema.ts'

/** How this MSP wants its reports to look today: in its colour, with its logo. */
export async function findLook(tx: Tx): Promise<ReportLook> {
  const [row] = await tx.select({ accent: reportSettings.accent, logo: reportSettings.logo }).from(reportSettings)
  return { accent: row?.accent ?? plainLook.accent, logo: row?.logo ?? null }
}

/** The same for a page, which asks for the picture by its hash. Null = the product's own colour, and no picture. */
export interface Brand {
  accent: string | null
  logoHash: string | null
}
export async function findBrand(tx: Tx): Promise<Brand> {
  const { accent, logoHash } = reportSettings
  const [row] = await tx.select({ accent, logoHash }).from(reportSettings)
  return row ?? { accent: null, logoHash: null }
}

/** The logo of this hash, for everybody who may read reports or the portal. *Not found* for one that was replaced. */
export function getLogo(ctx: Context, { hash }: GetLogo): Promise<Buffer> {
  const isOfPortal = ctx.permissions.has('portal:read')
  return read(ctx, isOfPortal ? 'portal:read' : 'report:read', async (tx) => {
    const [row] = await tx
      .select({ logo: reportSettings.logo })
      .from(reportSettings)
      .where(eq(reportSettings.logoHash, hash))
    if (!row?.logo) throw notFound('This logo')
    return row.logo
  })
}
