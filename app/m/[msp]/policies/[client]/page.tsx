import type { Metadata } from 'next'
import { HydrateClient, load, orNotFound, serverApi } from '@/app/_trpc/server'
import { PageBody, TopBar } from '@/components/app-shell'
import { paths } from '@/server/paths'
import { standardSegment } from '../_components/policy-address'
import { PolicyEditor } from './_components/policy-editor'

export const metadata: Metadata = { title: 'Policy' }

export default async function PolicyPage({ params }: PageProps<'/m/[msp]/policies/[client]'>) {
  const { msp, client } = await params
  const clientId = client === standardSegment ? null : client
  const page = await orNotFound(load(serverApi(msp).policies.get.queryOptions({ clientId })))
  return (
    <>
      <TopBar
        crumbs={[{ label: 'Policies', href: paths.policies(msp) }, { label: page.client?.name ?? page.standardName }]}
      />
      <PageBody>
        <HydrateClient>
          <PolicyEditor clientId={clientId} />
        </HydrateClient>
      </PageBody>
    </>
  )
}
