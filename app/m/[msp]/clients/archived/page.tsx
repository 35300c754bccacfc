import type { Metadata } from 'next'
import { HydrateClient, load, orNotFound, serverApi } from '@/app/_trpc/server'
import { PageBody, TopBar } from '@/components/app-shell'
import { paths } from '@/server/paths'
import { ArchivedView } from './_components/archived-view'

export const metadata: Metadata = { title: 'Archived clients' }

export default async function ArchivedPage({ params }: { params: Promise<{ msp: string }> }) {
  const { msp } = await params
  await orNotFound(load(serverApi(msp).clients.archived.queryOptions()))
  await load(serverApi(msp).session.get.queryOptions())
  return (
    <>
      <TopBar crumbs={[{ label: 'Clients', href: paths.clients(msp) }, { label: 'Archived' }]} />
      <PageBody>
        <HydrateClient>
          <ArchivedView />
        </HydrateClient>
      </PageBody>
    </>
  )
}
