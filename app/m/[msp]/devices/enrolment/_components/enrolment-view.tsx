'use client'
import { useSuspenseQuery } from '@tanstack/react-query'
import { useMsp, useTrpc } from '@/app/_trpc/client'
import { plural } from '@/components/format'
import { SectionHead } from '@/components/section-head'
import { EmptyState } from '@/components/ui/empty-state'
import { Pagination } from '@/components/ui/pagination'
import type { ListEnrolmentTokens } from '@/server/enrolment/schema'
import { paths } from '@/server/paths'
import { DownloadCsv } from '../../../_components/download-csv'
import { MakeToken } from '../../_components/make-token'
import { enrolSteps } from '../../_components/no-devices'
import { TokensTable } from './tokens-table'

/** How a device comes in, and which tokens are about. */
export function EnrolmentView({ input, deviceUrl }: { input: ListEnrolmentTokens; deviceUrl: string }) {
  const { slug } = useMsp()
  const trpc = useTrpc()
  const { clientId } = input
  const { data: session } = useSuspenseQuery(trpc.session.get.queryOptions())
  const { data } = useSuspenseQuery(trpc.enrolment.list.queryOptions(input))
  const { rows: tokens, next } = data
  const clientName = session.clients.find((one) => one.id === clientId)?.name
  const usable = tokens.filter((token) => token.state === 'usable').length
  const isPart = Boolean(input.after ?? next)
  return (
    <>
      <EmptyState
        level={1}
        title={clientName ? `Enrol a device at ${clientName}` : 'Enrol a device'}
        lead="One command on the machine, one token for it. The device appears in the list within a minute."
        steps={enrolSteps}
        stepsFoot="A token is bound to one client and site. It ends by itself, at the latest after 24 hours."
      >
        <MakeToken clientId={clientId} deviceUrl={deviceUrl} />
      </EmptyState>
      <section aria-labelledby="tokens-head">
        <SectionHead
          id="tokens-head"
          title="Tokens"
          count={`${plural(usable, 'usable', 'usable')}${isPart ? ' in view' : ''}`}
          aside={
            <span className="inline-flex flex-wrap items-center gap-x-3 gap-y-2">
              Newest first; times in each client’s own zone
              {tokens.length > 0 ? <DownloadCsv list="enrolment-tokens" /> : null}
            </span>
          }
          isBare={tokens.length > 0}
        />
        {tokens.length > 0 ? (
          <TokensTable tokens={tokens} />
        ) : (
          <p className="py-3 text-body text-text-3">No token has been made{clientName ? ' for this client' : ''}.</p>
        )}
        {isPart ? (
          <Pagination
            summary={`${plural(tokens.length, 'token', 'tokens')} in view`}
            newerHref={input.after ? paths.enrolment(slug, { client: clientId }) : null}
            olderHref={next ? paths.enrolment(slug, { client: clientId, after: next }) : null}
            newerLabel="Newest"
            olderLabel="Older"
          />
        ) : null}
      </section>
    </>
  )
}
