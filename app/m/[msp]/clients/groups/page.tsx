import type { Metadata } from 'next'
import { HydrateClient, load, orNotFound, serverApi } from '@/app/_trpc/server'
import { PageBody, TopBar } from '@/components/app-shell'
import { paths } from '@/server/paths'
import { GroupsView } from './_components/groups-view'

export const metadata: Metadata = { title: 'Groups of clients' }

export default async function GroupsPage({ params }: { params: Promise<{ msp: string }> }) {
  const { msp } = await params
  await orNotFound(load(serverApi(msp).clientGroups.list.queryOptions()))
  return (
    <>
      <TopBar crumbs={[{ label: 'Clients', href: paths.clients(msp) }, { label: 'Groups' }]} />
      <PageBody>
        <HydrateClient>
          <GroupsView />
        </HydrateClient>
      </PageBody>
    </>
  )
}
