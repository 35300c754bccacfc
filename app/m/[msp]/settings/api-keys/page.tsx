import type { Metadata } from 'next'
import { HydrateClient, load, orNotFound, serverApi } from '@/app/_trpc/server'
import { PageBody, TopBar } from '@/components/app-shell'
import { authSettings } from '@/server/auth/store'
import { ApiKeysView } from './_components/api-keys-view'

export const metadata: Metadata = { title: 'API keys' }

export default async function ApiKeysPage({ params }: PageProps<'/m/[msp]/settings/api-keys'>) {
  const { msp } = await params
  await orNotFound(load(serverApi(msp).apiKeys.list.queryOptions()))
  return (
    <>
      <TopBar crumbs={[{ label: 'Settings' }, { label: 'API keys' }]} />
      <PageBody>
        <HydrateClient>
          <ApiKeysView address={`${authSettings().publicUrl}/api/v1`} />
        </HydrateClient>
      </PageBody>
    </>
  )
}
