import type { Metadata } from 'next'
import { HydrateClient, load, orNotFound, serverApi } from '@/app/_trpc/server'
import { PageBody, TopBar } from '@/components/app-shell'
import { parsePatchesQuery } from '@/server/patches/schema'
import { knownClient } from '../_components/known-client'
import { PatchesView } from './_components/patches-view'

export const metadata: Metadata = { title: 'Patches' }

export default async function PatchesPage({ params, searchParams }: PageProps<'/m/[msp]/patches'>) {
  const { msp } = await params
  const search = await searchParams
  await knownClient(msp, search.client)
  const input = parsePatchesQuery(search)
  await orNotFound(load(serverApi(msp).patches.list.queryOptions(input)))
  return (
    <>
      <TopBar crumbs={[{ label: 'Patches' }]} />
      <PageBody>
        <HydrateClient>
          <PatchesView input={input} />
        </HydrateClient>
      </PageBody>
    </>
  )
}
