import type { Metadata } from 'next'
import { HydrateClient, load, orNotFound, serverApi } from '@/app/_trpc/server'
import { PageBody, TopBar } from '@/components/app-shell'
import { paths } from '@/server/paths'
import { PatchView } from './_components/patch-view'

export async function generateMetadata({ params }: PageProps<'/m/[msp]/patches/[id]'>): Promise<Metadata> {
  const { msp, id } = await params
  const { patch } = await orNotFound(load(serverApi(msp).patches.get.queryOptions({ patchId: id })))
  return { title: `${patch.name} ${patch.version}` }
}

export default async function PatchPage({ params }: PageProps<'/m/[msp]/patches/[id]'>) {
  const { msp, id } = await params
  const { patch } = await orNotFound(load(serverApi(msp).patches.get.queryOptions({ patchId: id })))
  return (
    <>
      <TopBar
        crumbs={[
          { label: 'Patches', href: paths.patches(msp) },
          { label: `${patch.name} ${patch.version}`, isMono: true },
        ]}
      />
      <PageBody>
        <HydrateClient>
          <PatchView patchId={id} />
        </HydrateClient>
      </PageBody>
    </>
  )
}
