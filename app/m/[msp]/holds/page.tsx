import type { Metadata } from 'next'
import { HydrateClient, load, orNotFound, serverApi } from '@/app/_trpc/server'
import { PageBody, TopBar } from '@/components/app-shell'
import { knownClient } from '../_components/known-client'
import { readHoldsSearch } from './_components/holds-search'
import { HoldsView } from './_components/holds-view'

export const metadata: Metadata = { title: 'Holds' }

export default async function HoldsPage({ params, searchParams }: PageProps<'/m/[msp]/holds'>) {
  const { msp } = await params
  const search = await searchParams
  await knownClient(msp, search.client)
  const input = readHoldsSearch(search)
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
