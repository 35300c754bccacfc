import { type ListAudit, listAuditSchema } from '@/server/audit/schema'
import { paths } from '@/server/paths'

type SearchParams = Record<string, string | string[] | undefined>

/** The filters and the page in the URL; what cannot be read there counts as not set. */
export function readAuditSearch(search: SearchParams): ListAudit {
  const { clientId, actor, action, outcome, before, after } = listAuditSchema.shape
  return {
    clientId: clientId.catch(undefined).parse(search.client),
    actor: actor.catch(undefined).parse(search.actor),
    action: action.catch(undefined).parse(search.action),
    outcome: outcome.catch(undefined).parse(search.outcome),
    before: before.catch(undefined).parse(Number(search.before)),
    after: after.catch(undefined).parse(Number(search.after)),
  }
}

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
