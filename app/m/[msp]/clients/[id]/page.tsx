import type { Metadata } from 'next'
import { HydrateClient, load, orNotFound, serverApi } from '@/app/_trpc/server'
import { PageBody, TopBar } from '@/components/app-shell'
import { paths } from '@/server/paths'
import { ClientView } from './_components/client-view'

type ClientPageProps = { params: Promise<{ msp: string; id: string }> }

export async function generateMetadata({ params }: ClientPageProps): Promise<Metadata> {
  const { msp, id } = await params
  const page = await load(serverApi(msp).clients.get.queryOptions({ clientId: id })).catch(() => null)
  return { title: page?.client.name ?? 'Client' }
}

export default async function ClientPage({ params }: ClientPageProps) {
  const { msp, id } = await params
  const { client } = await orNotFound(load(serverApi(msp).clients.get.queryOptions({ clientId: id })))
  const parents = [
    { label: 'Clients', href: paths.clients(msp) },
    ...(client.archivedAt ? [{ label: 'Archived', href: paths.archivedClients(msp) }] : []),
  ]
  return (
    <>
      <TopBar crumbs={[...parents, { label: client.name }]} />
      <PageBody>
        <HydrateClient>
          <ClientView clientId={id} />
        </HydrateClient>
      </PageBody>
    </>
  )
}
