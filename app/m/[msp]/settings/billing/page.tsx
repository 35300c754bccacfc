import type { Metadata } from 'next'
import { HydrateClient, load, orNotFound, serverApi } from '@/app/_trpc/server'
import { PageBody, TopBar } from '@/components/app-shell'
import { parseBillingQuery } from '@/server/billing/schema'
import { BillingView } from './_components/billing-view'

export const metadata: Metadata = { title: 'Billing' }

export default async function BillingPage({ params, searchParams }: PageProps<'/m/[msp]/settings/billing'>) {
  const { msp } = await params
  const input = parseBillingQuery(await searchParams)
  await orNotFound(load(serverApi(msp).billing.get.queryOptions(input)))
  await load(serverApi(msp).billing.subscription.queryOptions())
  return (
    <>
      <TopBar crumbs={[{ label: 'Settings' }, { label: 'Billing' }]} />
      <PageBody>
        <HydrateClient>
          <BillingView input={input} />
        </HydrateClient>
      </PageBody>
    </>
  )
}
