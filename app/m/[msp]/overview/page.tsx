import type { Metadata } from 'next'
import { HydrateClient, load, orNotFound, serverApi } from '@/app/_trpc/server'
import { PageBody, TopBar } from '@/components/app-shell'
import { OverviewView } from './_components/overview-view'

export const metadata: Metadata = { title: 'Overview' }

export default async function OverviewPage({ params }: PageProps<'/m/[msp]/overview'>) {
  const { msp } = await params
  await orNotFound(load(serverApi(msp).overview.get.queryOptions()))
  return (
    <>
      <TopBar crumbs={[{ label: 'Overview' }]} />
      <PageBody>
        <HydrateClient>
          <OverviewView />
        </HydrateClient>
      </PageBody>
    </>
  )
}
