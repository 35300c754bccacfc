'use client'
import { useSuspenseQuery } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { useMsp, useTrpc } from '@/app/_trpc/client'
import { plural } from '@/components/format'
import { PageHeader } from '@/components/page-header'
import { ButtonLink } from '@/components/ui/button-link'
import { EmptyState } from '@/components/ui/empty-state'
import { Pagination } from '@/components/ui/pagination'
import type { ListAudit } from '@/server/audit/schema'
import { DownloadCsv } from '../../../_components/download-csv'
import { AuditFilters } from './audit-filters'
import { auditHref } from './audit-search'
import { AuditTable } from './audit-table'
import { ChainLine } from './chain-line'

/** Who changed what, newest first; nothing in it can be altered. */
export function AuditView({ input }: { input: ListAudit }) {
  const { slug } = useMsp()
  const trpc = useTrpc()
  const router = useRouter()
  const { data: session } = useSuspenseQuery(trpc.session.get.queryOptions())
  const { data } = useSuspenseQuery(trpc.audit.list.queryOptions(input))
  const timeZone = session.clients.find((client) => client.id === input.clientId)?.timeZone ?? session.timeZone
  const { clientId, actor, action, outcome } = input
  const filters = { clientId, actor, action, outcome }
  const isFiltered = Boolean(clientId ?? actor ?? action ?? outcome)
  const isEmpty = data.records.length === 0 && !input.before && !input.after
  return (
    <>
      <PageHeader
        title="Audit log"
        lead={`Every change by a person, a program or Patchward itself, with its reason, and what was denied. Nobody alters or removes a line unseen. Times are ${timeZone}.`}
        actions={<DownloadCsv list="audit" disabledReason={data.canExport.can ? null : data.canExport.reason} />}
      />
      <ChainLine timeZone={timeZone} />
      {isEmpty && !isFiltered ? (
        <EmptyState
          level={2}
          title="Nothing has been changed yet"
          lead="As soon as somebody approves a patch, saves a policy or makes an enrolment token, it stands here with name, time and reason."
        />
      ) : (
        <section aria-label="Records" className="flex flex-col gap-3">
          <div className="flex flex-wrap items-center justify-between gap-3 max-wide:flex-col max-wide:items-stretch">
            <AuditFilters
              filters={filters}
              clients={session.clients}
              actors={data.actors}
              onChange={(next) => router.push(auditHref(slug, next))}
            />
            <span className="text-detail text-text-3">Order: newest first</span>
          </div>
          {data.records.length === 0 ? (
            <EmptyState
              level={2}
              title="No record fits"
              lead="Nothing in the log has this client, person, action and outcome together."
            >
              <ButtonLink href={auditHref(slug, {})}>Show the whole log</ButtonLink>
            </EmptyState>
          ) : (
            <>
              <AuditTable records={data.records} timeZone={timeZone} now={data.asOf} />
              <Pagination
                summary={`${plural(data.records.length, 'record', 'records')} in view`}
                newerHref={data.newerThan ? auditHref(slug, { ...filters, after: data.newerThan }) : null}
                olderHref={data.olderThan ? auditHref(slug, { ...filters, before: data.olderThan }) : null}
                newerLabel="Newer"
                olderLabel="Older"
              />
            </>
          )}
        </section>
      )}
    </>
  )
}
