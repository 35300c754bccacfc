import type { Metadata } from 'next'
import { HydrateClient, load, orNotFound, serverApi } from '@/app/_trpc/server'
import { PageBody, TopBar } from '@/components/app-shell'
import type { ListRollouts } from '@/server/rollouts/schema'
import { RolloutListView } from './_components/rollout-list-view'

export const metadata: Metadata = { title: 'Rollouts' }

export default async function RolloutsPage({ params, searchParams }: PageProps<'/m/[msp]/rollouts'>) {
  const { msp } = await params
  const { client, after } = await searchParams
  const input: ListRollouts = {
    clientId: typeof client === 'string' ? client : undefined,
    after: typeof after === 'string' ? after : undefined,
  }
  await orNotFound(load(serverApi(msp).rollouts.list.queryOptions(input)))
  return (
    <>
      <TopBar crumbs={[{ label: 'Rollouts' }]} />
      <PageBody>
        <HydrateClient>
          <RolloutListView input={input} />
        </HydrateClient>
      </PageBody>
    </>
  )
}
