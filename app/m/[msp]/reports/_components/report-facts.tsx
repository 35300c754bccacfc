import { formatFullDateTime } from '@/components/format'
import { Link } from '@/components/link'
import type { Outputs } from '@/server/api/root'

type Report = Outputs['reports']['get']

/** What makes it a record: revision, when it was counted, and the hash of every byte of it. */
export function ReportFacts({
  report: { revision, correction, countedAt, client, contentHash, asOf },
  evidenceHref,
  definitionsHref,
}: {
  report: Report
  evidenceHref: string
  definitionsHref: string
}) {
  return (
    <p className="break-words text-detail text-text-3">
      Revision {revision}
      {correction ? `, because: ${correction}` : ''}. Frozen {formatFullDateTime(countedAt, client.timeZone, asOf)} in{' '}
      {client.timeZone}. SHA-256 <span className="mono break-all">{contentHash}</span>.{' '}
      <Link href={definitionsHref} className="link reach">
        How each number is counted
      </Link>
      {' · '}
      <Link href={evidenceHref} className="link reach">
        What it supports as evidence
      </Link>
    </p>
  )
}
