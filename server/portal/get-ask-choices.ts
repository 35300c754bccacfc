import { sql } from 'drizzle-orm'
import { read } from '../access.ts'
import { getClientRow } from '../clients/queries.ts'
import type { Context } from '../context.ts'
import type { GetAskChoices } from './schema.ts'

/** More than a person chooses from; the form says when there are more. */
export const mostChoices = 500

/** What a client manager may ask to be kept off, and where. Lists hold at most `mostChoices`; `hasMore` says that one was longer. */
export interface AskChoices {
  client: { id: string; name: string; timeZone: string }
  /** Updates that one of its computers lacks, those that most lack first. */
  updates: { id: string; name: string; version: string; computers: number }[]
  computers: { id: string; hostName: string }[]
  marks: string[]
  hasMore: boolean
  asOf: Date
}

/** The own computers, marks and missing updates of one organisation, for the form that asks for an exception. *Not found* for another's. */
export function getAskChoices(ctx: Context, { clientId }: GetAskChoices): Promise<AskChoices> {
  return read(ctx, 'portal:ask-exception', async (tx) => {
    const { id, name, timeZone } = await getClientRow(tx, clientId)
    const limit = sql`limit ${mostChoices + 1}`
    const updates = await tx.execute<{ id: string; name: string; version: string; computers: number }>(sql`
      select p.id, p.name, p.version, count(*)::int as computers
      from device_patches t join patches p on p.msp_id = t.msp_id and p.id = t.patch_id
        join devices d on d.msp_id = t.msp_id and d.id = t.device_id and d.retired_at is null
      where t.client_id = ${id} and t.resolved_at is null
      group by p.msp_id, p.id order by count(*) desc, p.name, p.version, p.id ${limit}`)
    const computers = await tx.execute<{ id: string; host_name: string }>(sql`
      select id, host_name from devices where client_id = ${id} and retired_at is null order by host_name, id ${limit}`)
    const marks = await tx.execute<{ tag: string }>(sql`
      select distinct tag from devices d, unnest(d.tags) as tag where client_id = ${id} and retired_at is null order by tag ${limit}`)
    return {
      client: { id, name, timeZone },
      updates: updates.slice(0, mostChoices),
      computers: computers.slice(0, mostChoices).map((row) => ({ id: row.id, hostName: row.host_name })),
      marks: marks.slice(0, mostChoices).map(({ tag }) => tag),
      hasMore: [updates, computers, marks].some((list) => list.length > mostChoices),
      asOf: ctx.now,
    }
  })
}
