import type { ListAudit } from '@/server/audit/schema'
import { paths } from '@/server/paths'

/** The URL of a page with these filters. */
export function auditHref(msp: string, { clientId, actor, action, outcome, before, after }: ListAudit): string {
  return paths.audit(msp, {
    client: clientId,
    actor,
    action,
    outcome,
    before: before?.toString(),
    after: after?.toString(),
  })
}
