import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { useMsp, useTrpc } from '@/app/_trpc/client'
import { FactsList } from '@/components/facts-list'
import { SectionHead } from '@/components/section-head'
import { Button } from '@/components/ui/button'
import { useToast } from '@/components/ui/toast'
import { paths } from '@/server/paths'
import { standingWords } from '../../../_components/standing-words'
import { differenceWords, standingFacts } from './bill-words'
import { CancelDialog } from './cancel-dialog'
import { InvoiceTable } from './invoice-table'
import { SendingTable } from './sending-table'

const noKeys = 'No card is asked for: this installation has no Stripe keys.'

/** How the company pays: its standing with what can be done about it, its invoices, and what the meter was told. */
export function SubscriptionSection() {
  const trpc = useTrpc()
  const { slug } = useMsp()
  const queryClient = useQueryClient()
  const showToast = useToast()
  const { data: subscription } = useSuspenseQuery(trpc.billing.subscription.queryOptions())
  const { data: session } = useSuspenseQuery(trpc.session.get.queryOptions())
  const input = { returnPath: paths.billing(slug) }
  const leave = { onSuccess: ({ url }: { url: string }) => window.location.assign(url) }
  const subscribe = useMutation(trpc.billing.subscribe.mutationOptions(leave))
  const openPortal = useMutation(trpc.billing.openPortal.mutationOptions(leave))
  const reactivate = useMutation(
    trpc.billing.reactivate.mutationOptions({
      async onSuccess() {
        showToast({ title: 'The subscription goes on' })
        await queryClient.invalidateQueries(trpc.billing.subscription.queryFilter())
      },
    }),
  )
  const { standing, invoices, sendings, differences, asOf } = subscription
  if (standing.kind === 'unbilled') return <p className="text-body text-text-3">{noKeys}</p>
  const error = subscribe.error ?? openPortal.error ?? reactivate.error
  const isLate = standing.kind === 'past-due' || (standing.kind === 'read-only' && standing.why === 'unpaid')
  const isSubscribed = standing.kind === 'active' || isLate
  const facts = standingFacts(standing)
  const isEnding = standing.kind === 'active' && standing.endsAt !== null
  return (
    <>
      <section aria-labelledby="subscription-head">
        <SectionHead id="subscription-head" title="Subscription" />
        <div className="flex max-w-[620px] flex-col items-start gap-4 pt-4">
          <p className="text-body text-text-2">{standingWords(standing, session.timeZone, asOf)}</p>
          {facts ? <FactsList facts={facts} isPair /> : null}
          {differences.map((each) => (
            <p key={each.month} role="status" className="text-body text-text">
              {differenceWords(each)}
            </p>
          ))}
          <div className="flex flex-wrap gap-2">
            {isSubscribed ? null : (
              <Button variant="primary" isPending={subscribe.isPending} onClick={() => subscribe.mutate(input)}>
                Subscribe at Stripe
              </Button>
            )}
            {subscription.hasCustomer ? (
              <Button
                variant={isLate ? 'primary' : undefined}
                isPending={openPortal.isPending}
                onClick={() => openPortal.mutate(input)}
              >
                {isLate ? 'Pay the open invoice' : 'Card, address and tax number'}
              </Button>
            ) : null}
            {isEnding ? (
              <Button isPending={reactivate.isPending} onClick={() => reactivate.mutate()}>
                Let it go on
              </Button>
            ) : null}
            {isSubscribed && !isEnding ? (
              <CancelDialog ending={subscription.ifCancelled} timeZone={session.timeZone} now={asOf} />
            ) : null}
          </div>
          {error ? (
            <p role="alert" className="text-body text-text">
              {error.message}
            </p>
          ) : null}
        </div>
      </section>
      {invoices.length > 0 ? <InvoiceTable invoices={invoices} timeZone={session.timeZone} now={asOf} /> : null}
      {sendings.length > 0 ? <SendingTable sendings={sendings} timeZone={session.timeZone} now={asOf} /> : null}
    </>
  )
}
