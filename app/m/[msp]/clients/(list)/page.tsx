import type { Metadata } from 'next'
import { HydrateClient, load, orNotFound, serverApi } from '@/app/_trpc/server'
import { PageBody, TopBar } from '@/components/app-shell'
import { parseClientsQuery } from '@/server/clients/schema'
import { ClientsView } from '../_components/clients-view'

export const metadata: Metadata = { title: 'Clients' }

export default async function ClientsPage({ params, searchParams }: PageProps<'/m/[msp]/clients'>) {
  const { msp } = await params
  const search = await searchParams
  await orNotFound(load(serverApi(msp).clients.list.queryOptions()))
  return (
    <>
      <TopBar crumbs={[{ label: 'Clients' }]} />
      <PageBody>
        <HydrateClient>
          <ClientsView query={parseClientsQuery(search)} isAdding={search.add === 'client'} />
        </HydrateClient>
      </PageBody>
    </>
  )
}
