import { createHash } from 'node:crypto'
import type { TransactionSql } from 'postgres'
import { canonicalJson } from '../../../agent/wire/canonical-json.ts'
import type { ClientRef } from '../../../db/factories.ts'
import type { Report } from '../document.ts'
import { renderReportPdf } from '../render-pdf.ts'
import { plainLook } from '../report-look.ts'

/** Stores one, with its file and as if it was sent (unless `isSent` is false), as the worker's login may, where a test only asks that there is one; one that is there stays. Answers its id. */
export async function insertReport(
  tx: TransactionSql,
  { mspId, clientId }: ClientRef,
  report: Report,
  isSent = true,
): Promise<string> {
  const document = canonicalJson(report)
  const hash = createHash('sha256').update(document).digest('hex')
  await tx`insert into reports (msp_id, client_id, month, revision, document, content_hash, counted_at, made_by)
    values (${mspId}, ${clientId}, ${report.month}, 1, ${document}, ${hash}, ${report.countedAt}, 'A test') on conflict do nothing`
  const [row] = await tx`select id from reports where client_id = ${clientId} and month = ${report.month}`
  const pdf = await renderReportPdf(report, plainLook)
  await tx`insert into report_files (msp_id, client_id, report_id, pdf) values (${mspId}, ${clientId}, ${row?.id}, ${pdf})
    on conflict do nothing`
  if (isSent)
    await tx`insert into report_sendings (msp_id, client_id, report_id, note, asked_at, asked_by, pdf, opened_at)
    values (${mspId}, ${clientId}, ${row?.id}, '', now(), 'A test', ${pdf}, now()) on conflict do nothing`
  return row?.id
}
