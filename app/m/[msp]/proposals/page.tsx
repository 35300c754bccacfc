import type { Metadata } from 'next'
import { HydrateClient, load, orNotFound, serverApi } from '@/app/_trpc/server'
import { PageBody, TopBar } from '@/components/app-shell'
import { ProposalsView } from './_components/proposals-view'

export const metadata: Metadata = { title: 'Proposals' }

export default async function ProposalsPage({ params, searchParams }: PageProps<'/m/[msp]/proposals'>) {
  const { msp } = await params
  const { open } = await searchParams
  await orNotFound(load(serverApi(msp).proposals.list.queryOptions()))
  return (
    <>
      <TopBar crumbs={[{ label: 'Proposals' }]} />
      <PageBody>
        <HydrateClient>
          <ProposalsView openId={typeof open === 'string' ? open : null} />
        </HydrateClient>
      </PageBody>
    </>
  )
}
