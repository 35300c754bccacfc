import type { Metadata } from 'next'
import { Suspense } from 'react'
import { HydrateClient, load, orNotFound, serverApi } from '@/app/_trpc/server'
import { PageBody, TopBar } from '@/components/app-shell'
import { SkeletonRows } from '@/components/ui/skeleton'
import { type ListRollouts, parseRolloutsQuery } from '@/server/rollouts/schema'
import { knownClient } from '../_components/known-client'
import { RolloutListView } from './_components/rollout-list-view'

export const metadata: Metadata = { title: 'Rollouts' }

export default async function RolloutsPage({ params, searchParams }: PageProps<'/m/[msp]/rollouts'>) {
  const { msp } = await params
  const search = await searchParams
  await knownClient(msp, search.client)
  const input = parseRolloutsQuery(search)
  return (
    <>
      <TopBar crumbs={[{ label: 'Rollouts' }]} />
      <PageBody>
        <Suspense fallback={<SkeletonRows count={8} lines={2} columns={5} label="Rollouts are loading" />}>
          <LoadedList msp={msp} input={input} />
        </Suspense>
      </PageBody>
    </>
  )
}

async function LoadedList({ msp, input }: { msp: string; input: ListRollouts }) {
  await orNotFound(load(serverApi(msp).rollouts.list.queryOptions(input)))
  return (
    <HydrateClient>
      <RolloutListView input={input} />
    </HydrateClient>
  )
}
