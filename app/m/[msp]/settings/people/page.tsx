import type { Metadata } from 'next'
import { HydrateClient, load, orNotFound, serverApi } from '@/app/_trpc/server'
import { PageBody, TopBar } from '@/components/app-shell'
import { PeopleView } from './_components/people-view'

export const metadata: Metadata = { title: 'People' }

export default async function PeoplePage({ params }: PageProps<'/m/[msp]/settings/people'>) {
  const { msp } = await params
  await orNotFound(load(serverApi(msp).members.list.queryOptions()))
  return (
    <>
      <TopBar crumbs={[{ label: 'Settings' }, { label: 'People' }]} />
      <PageBody>
        <HydrateClient>
          <PeopleView />
        </HydrateClient>
      </PageBody>
    </>
  )
}
