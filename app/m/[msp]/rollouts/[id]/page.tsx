import type { Metadata } from 'next'
import { Suspense } from 'react'
import { HydrateClient, load, orNotFound, prefetch, serverApi } from '@/app/_trpc/server'
import { PageBody, TopBar } from '@/components/app-shell'
import { SkeletonRows } from '@/components/ui/skeleton'
import { paths } from '@/server/paths'
import { deviceViewSchema } from '@/server/rollouts/schema'
import { RolloutBoard } from './_components/rollout-board'

export async function generateMetadata({ params }: PageProps<'/m/[msp]/rollouts/[id]'>): Promise<Metadata> {
  const { msp, id } = await params
  const found = await load(serverApi(msp).rollouts.get.queryOptions({ rolloutId: id })).catch(() => null)
  return { title: found ? `R-${found.number} ${found.title}` : 'Rollout' }
}

export default async function RolloutPage({ params, searchParams }: PageProps<'/m/[msp]/rollouts/[id]'>) {
  const { msp, id } = await params
  const { ring, host } = await searchParams
  const api = serverApi(msp)
  const rollout = await orNotFound(load(api.rollouts.get.queryOptions({ rolloutId: id })))
  const view = deviceViewSchema.parse(ring)
  const search = typeof host === 'string' ? host.slice(0, 100) : ''
  const crumbs = [
    { label: 'Rollouts', href: paths.rollouts(msp) },
    { label: rollout.client.name, href: paths.rollouts(msp, { client: rollout.client.id }) },
    { label: `R-${rollout.number} ${rollout.title}` },
  ]
  return (
    <>
      <TopBar crumbs={crumbs} />
      <PageBody>
        <Suspense fallback={<SkeletonRows count={8} lines={2} columns={4} label="The rollout is loading" />}>
          <LoadedBoard msp={msp} board={{ rolloutId: id, view, search }} />
        </Suspense>
      </PageBody>
    </>
  )
}

type Board = { rolloutId: string; view: string; search: string }

/** The rollout itself is loaded already: only so can a page of an unknown one answer 404. */
async function LoadedBoard({ msp, board }: { msp: string; board: Board }) {
  const { rollouts } = serverApi(msp)
  await Promise.all([
    prefetch(rollouts.devices.queryOptions({ ...board, cursor: null })),
    prefetch(rollouts.timeline.queryOptions({ rolloutId: board.rolloutId })),
  ])
  return (
    <HydrateClient>
      <RolloutBoard {...board} />
    </HydrateClient>
  )
}
