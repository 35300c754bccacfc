import type { Metadata } from 'next'
import { HydrateClient, load, orNotFound, serverApi } from '@/app/_trpc/server'
import { PageBody, TopBar } from '@/components/app-shell'
import { PoliciesView } from './_components/policies-view'

export const metadata: Metadata = { title: 'Policies' }

export default async function PoliciesPage({ params }: PageProps<'/m/[msp]/policies'>) {
  const { msp } = await params
  await orNotFound(load(serverApi(msp).policies.list.queryOptions()))
  return (
    <>
      <TopBar crumbs={[{ label: 'Policies' }]} />
      <PageBody>
        <HydrateClient>
          <PoliciesView />
        </HydrateClient>
      </PageBody>
    </>
  )
}
