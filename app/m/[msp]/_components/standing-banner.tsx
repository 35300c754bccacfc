'use client'
import { useSuspenseQuery } from '@tanstack/react-query'
import { useMsp, useTrpc } from '@/app/_trpc/client'
import { StatusMark } from '@/components/status-mark'
import { ButtonLink } from '@/components/ui/button-link'
import { paths } from '@/server/paths'
import { isUrgent, standingWords, wayOut } from './standing-words'

/** Over every page while nothing can be changed, or soon cannot, since the company does not pay: why, and where to pay for who may. */
export function StandingBanner() {
  const { slug } = useMsp()
  const { data: session } = useSuspenseQuery(useTrpc().session.get.queryOptions())
  const { standing, permissions, hasAllClients, timeZone, asOf } = session
  if (!isUrgent(standing, asOf)) return null
  const mayPay = hasAllClients && permissions.includes('billing:subscribe')
  return (
    <section
      aria-label="Payment"
      className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 border-line-strong border-b bg-well px-8 py-2.5 max-wide:px-4"
    >
      <p className="flex min-w-0 items-start gap-2.5 text-body text-text-2">
        <span className="pt-0.5">
          <StatusMark state="held" size={16} />
        </span>
        <span className="min-w-0 break-words">{standingWords(standing, timeZone, asOf)}</span>
      </p>
      {mayPay ? (
        <ButtonLink size="sm" href={paths.subscription(slug)}>
          {wayOut(standing)}
        </ButtonLink>
      ) : null}
    </section>
  )
}
