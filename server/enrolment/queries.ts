import { and, asc, desc, eq, isNull, sql } from 'drizzle-orm'
import { enrolmentTokens } from '../../db/schema/devices.ts'
import { clients, sites } from '../../db/schema/tenancy.ts'
import { read } from '../access.ts'
import { getClientRow } from '../clients/queries.ts'
import type { Context } from '../context.ts'
import { findPolicies } from '../policies/find-policies.ts'
import { testTags } from '../policies/rules.ts'
import { tokenState } from './rules.ts'
import type { ListEnrolmentTokens } from './schema.ts'

/** Tokens, newest first, each with whether it could still be used. The token itself is stored nowhere. */
export function listEnrolmentTokens(ctx: Context, input: ListEnrolmentTokens, pageRows = 50) {
  return read(ctx, 'enrolment:read', async (tx) => {
    if (input.clientId) await getClientRow(tx, input.clientId)
    const rows = await tx
      .select({
        id: enrolmentTokens.id,
        clientId: clients.id,
        clientName: clients.name,
        timeZone: clients.timeZone,
        siteName: sites.name,
        usesLeft: enrolmentTokens.usesLeft,
        createdAt: enrolmentTokens.createdAt,
        createdBy: enrolmentTokens.createdBy,
        expiresAt: enrolmentTokens.expiresAt,
        revokedAt: enrolmentTokens.revokedAt,
        tags: enrolmentTokens.tags,
      })
      .from(enrolmentTokens)
      .innerJoin(clients, eq(clients.id, enrolmentTokens.clientId))
      .innerJoin(sites, eq(sites.id, enrolmentTokens.siteId))
      .where(
        and(
          input.clientId ? eq(enrolmentTokens.clientId, input.clientId) : undefined,
          input.after
            ? sql`(${enrolmentTokens.createdAt}, ${enrolmentTokens.id}) < (select t.created_at, t.id from enrolment_tokens t
                where t.msp_id = ${ctx.mspId} and t.id = ${input.after})`
            : undefined,
        ),
      )
      .orderBy(desc(enrolmentTokens.createdAt), desc(enrolmentTokens.id))
      .limit(pageRows + 1)
    const page = rows.slice(0, pageRows)
    return {
      rows: page.map((row) => ({ ...row, state: tokenState(row, ctx.now) })),
      /** Where the next page begins; null at the end. */
      next: rows.length > pageRows ? (page.at(-1)?.id ?? null) : null,
    }
  })
}

/** Where a device can be enrolled: the sites of the clients that the actor may see, with the tags of test devices there. */
export function listSites(ctx: Context) {
  return read(ctx, 'enrolment:read', async (tx) => {
    const rows = await tx
      .select({ id: sites.id, name: sites.name, clientId: clients.id, clientName: clients.name })
      .from(sites)
      .innerJoin(clients, eq(clients.id, sites.clientId))
      .where(isNull(clients.archivedAt))
      .orderBy(asc(clients.name), asc(sites.name))
    const policies = await findPolicies(tx)
    return rows.map((row) => ({ ...row, testTags: testTags(policies.of(row.clientId)) }))
  })
}
