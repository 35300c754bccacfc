import { asc, eq, sql } from 'drizzle-orm'
import { sites } from '../../db/schema/tenancy.ts'
import type { Tx } from '../access.ts'
import type { Change } from '../audit/record-audit.ts'
import { DomainError, notFound } from '../errors.ts'

export type SiteRow = typeof sites.$inferSelect

/** One site, locked until the verb ends, or *not found*. */
export async function lockSite(tx: Tx, siteId: string): Promise<SiteRow> {
  const [row] = await tx.select().from(sites).where(eq(sites.id, siteId)).for('update')
  if (!row) throw notFound('This site')
  return row
}

/** The sites of a client with what they hold: retired devices and used-up tokens count, for they keep a site from being removed. */
export async function listSites(tx: Tx, clientId: string) {
  return tx
    .select({
      id: sites.id,
      name: sites.name,
      devices: sql<number>`(select count(*)::int from devices d where d.msp_id = sites.msp_id and d.client_id = sites.client_id
        and d.site_id = sites.id and d.retired_at is null)`,
      isEmpty: sql<boolean>`not exists (select from devices d where d.msp_id = sites.msp_id and d.client_id = sites.client_id
        and d.site_id = sites.id) and not exists (select from enrolment_tokens t where t.msp_id = sites.msp_id and t.site_id = sites.id)`,
    })
    .from(sites)
    .where(eq(sites.clientId, clientId))
    .orderBy(asc(sites.name))
}

export function siteChange(
  site: Pick<SiteRow, 'id' | 'clientId' | 'name'>,
  details: Record<string, unknown> = {},
): Change {
  return { clientId: site.clientId, subject: { kind: 'site', id: site.id, name: site.name }, details }
}

export const siteNameTaken = (name: string) =>
  new DomainError('conflict', `There is a site named “${name}” here already.`)
