import type { Metadata } from 'next'
import { HydrateClient, load, orNotFound, serverApi } from '@/app/_trpc/server'
import { PageBody, TopBar } from '@/components/app-shell'
import { parseHoldsQuery } from '@/server/holds/schema'
import { knownClient } from '../_components/known-client'
import { HoldsView } from './_components/holds-view'

export const metadata: Metadata = { title: 'Holds' }

export default async function HoldsPage({ params, searchParams }: PageProps<'/m/[msp]/holds'>) {
  const { msp } = await params
  const search = await searchParams
  await knownClient(msp, search.client)
  const input = parseHoldsQuery(search)
  await orNotFound(load(serverApi(msp).holds.list.queryOptions(input)))
  return (
    <>
      <TopBar crumbs={[{ label: 'Holds' }]} />
      <PageBody>
        <HydrateClient>
          <HoldsView input={input} />
        </HydrateClient>
      </PageBody>
    </>
  )
}
