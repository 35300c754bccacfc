import type { Metadata } from 'next'
import { HydrateClient, load, orNotFound, prefetch, serverApi } from '@/app/_trpc/server'
import { PageBody, TopBar } from '@/components/app-shell'
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
  await Promise.all([
    prefetch(api.rollouts.devices.queryOptions({ rolloutId: id, view, search, cursor: null })),
    prefetch(api.rollouts.timeline.queryOptions({ rolloutId: id })),
  ])
  const crumbs = [
    { label: 'Rollouts', href: paths.rollouts(msp) },
    { label: rollout.client.name, href: paths.rollouts(msp, { client: rollout.client.id }) },
    { label: `R-${rollout.number} ${rollout.title}` },
  ]
  return (
    <>
      <TopBar crumbs={crumbs} />
      <PageBody>
        <HydrateClient>
          <RolloutBoard rolloutId={id} view={view} search={search} />
        </HydrateClient>
      </PageBody>
    </>
  )
}
