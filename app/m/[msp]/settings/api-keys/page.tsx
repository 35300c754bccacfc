import type { Metadata } from 'next'
import { HydrateClient, load, orNotFound, serverApi } from '@/app/_trpc/server'
import { PageBody, TopBar } from '@/components/app-shell'
import { parseKeysQuery } from '@/server/api-keys/schema'
import { authSettings } from '@/server/auth/store'
import { ApiKeysView } from './_components/api-keys-view'

export const metadata: Metadata = { title: 'API keys' }

export default async function ApiKeysPage({ params, searchParams }: PageProps<'/m/[msp]/settings/api-keys'>) {
  const { msp } = await params
  const input = parseKeysQuery(await searchParams)
  await orNotFound(load(serverApi(msp).apiKeys.list.queryOptions(input)))
  return (
    <>
      <TopBar crumbs={[{ label: 'Settings' }, { label: 'API keys' }]} />
      <PageBody>
        <HydrateClient>
          <ApiKeysView input={input} address={`${authSettings().publicUrl}/api/v1`} />
        </HydrateClient>
      </PageBody>
    </>
  )
}
