import { sql } from 'drizzle-orm'
import { reports } from '../../db/schema/reports.ts'

/** No newer revision of the same month: that one counts. */
export const isNewest = sql<boolean>`not exists (select from reports n where n.msp_id = ${reports.mspId} and n.client_id = ${reports.clientId}
  and n.month = ${reports.month} and n.revision > ${reports.revision})`
/** It was let go, and its file is made: its client may read it. */
export const isOpened = sql<boolean>`exists (select from report_sendings o where o.msp_id = ${reports.mspId} and o.report_id = ${reports.id}
  and o.opened_at is not null)`
