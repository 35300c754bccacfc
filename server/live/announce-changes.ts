import { sql } from 'drizzle-orm'
import { acrossTenants } from '../access.ts'
import { type ChangeNotice, changesChannel } from './rules.ts'

/** A notification holds at most 8,000 bytes: above this many ids browsers refetch the topic as a whole. */
const maxIds = 50

/** Empties the change feed and tells the web processes, coalesced by client and topic. Answers the clients that changed. */
export function announceChanges(): Promise<{ mspId: string; clientId: string | null }[]> {
  return acrossTenants('announcing changes', async (tx) => {
    const rows = await tx.execute<{
      msp_id: string
      client_id: string | null
      topic: string
      ids: string[] | null
    }>(sql`
      with taken as (
        delete from change_feed c using (select msp_id, id from change_feed order by id limit 5000) t
        where c.msp_id = t.msp_id and c.id = t.id returning c.msp_id, c.client_id, c.topic, c.subject_id
      )
      select msp_id, client_id, topic, array_agg(distinct subject_id) filter (where subject_id is not null) as ids
      from taken group by msp_id, client_id, topic`)
    for (const row of rows) {
      const ids = row.ids ?? []
      const notice: ChangeNotice = {
        mspId: row.msp_id,
        clientId: row.client_id,
        topic: row.topic,
        ids: ids.length > maxIds ? [] : ids,
      }
      await tx.execute(sql`select pg_notify(${changesChannel}, ${JSON.stringify(notice)})`)
    }
    return rows.map((row) => ({ mspId: row.msp_id, clientId: row.client_id }))
  })
}
