'use client'
import { useSuspenseQuery } from '@tanstack/react-query'
import { useMsp, useTrpc } from '@/app/_trpc/client'
import { plural } from '@/components/format'
import { PageHeader } from '@/components/page-header'
import { SectionHead } from '@/components/section-head'
import { EmptyState } from '@/components/ui/empty-state'
import { Pagination } from '@/components/ui/pagination'
import { tellAmount } from '@/server/billing/rules'
import type { GetBilling } from '@/server/billing/schema'
import { paths } from '@/server/paths'
import { DownloadCsv } from '../../../_components/download-csv'
import { dayBeginsWords, monthName, numberWords } from './bill-words'
import { ClientShares } from './client-shares'
import { DayBars } from './day-bars'
import { SubscriptionSection } from './subscription-section'

const steps = [
  { title: 'Devices are counted', text: 'Those that are enrolled, not retired and were seen in the last 30 days.' },
  {
    title: 'Each day keeps its highest number',
    text: 'They are looked at every minute, and a day is one of UTC.',
  },
  { title: 'The busiest days are free', text: 'Three of a month of 30: a mass import or a reimaging costs nothing.' },
]

/** What a month costs, why, and what each client has of it. */
export function BillingView({ input }: { input: GetBilling }) {
  const trpc = useTrpc()
  const { slug } = useMsp()
  const { data: bill } = useSuspenseQuery(trpc.billing.get.queryOptions(input))
  const { data: session } = useSuspenseQuery(trpc.session.get.queryOptions())
  const months = (
    <Pagination
      summary={dayBeginsWords(
        bill.days.map(({ day }) => day),
        session.timeZone,
      )}
      newerHref={bill.earlier && paths.billing(slug, { month: bill.earlier })}
      olderHref={bill.later && paths.billing(slug, { month: bill.later })}
      newerLabel={bill.earlier ? monthName(bill.earlier) : undefined}
      olderLabel={bill.later ? monthName(bill.later) : undefined}
    />
  )
  if (bill.number === null)
    return (
      <>
        <EmptyState
          level={1}
          title={`Nothing counted in ${monthName(bill.month)}`}
          lead={
            bill.isOver ? 'No day of it was counted, so it costs nothing.' : 'The first count comes within a minute.'
          }
          steps={steps}
        />
        {bill.earlier || bill.later ? months : null}
        <SubscriptionSection />
      </>
    )
  return (
    <>
      <PageHeader
        over={bill.isOver ? monthName(bill.month) : `${monthName(bill.month)}, so far`}
        title={<span className="tabular-nums">{tellAmount(bill.number)}</span>}
        lead={numberWords(bill)}
        actions={bill.clients.length > 0 ? <DownloadCsv list="usage" of="the clients" /> : null}
      />
      <section aria-labelledby="days-head">
        <SectionHead
          id="days-head"
          title="Devices a day"
          count="the most at once"
          aside={bill.clients.length > 0 ? <DownloadCsv list="usage-days" of="the days of each client" /> : null}
        />
        <DayBars days={bill.days} number={bill.number} />
        {months}
      </section>
      <section aria-labelledby="clients-head">
        <SectionHead
          id="clients-head"
          title="Clients"
          count={plural(bill.clients.length, 'client', 'clients')}
          aside="Most devices first"
          isBare
        />
        <ClientShares
          clients={bill.clients}
          currency={bill.currency}
          isFree={bill.isFree}
          daysHref={(client) => paths.csv(slug, 'usage-days', { month: bill.month, client })}
          statementHref={bill.isOver ? (client) => paths.statement(slug, client, bill.month) : null}
        />
      </section>
      <SubscriptionSection />
    </>
  )
}
