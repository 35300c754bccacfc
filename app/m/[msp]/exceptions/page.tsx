import type { Metadata } from 'next'
import { HydrateClient, load, orNotFound, serverApi } from '@/app/_trpc/server'
import { PageBody, TopBar } from '@/components/app-shell'
import { parseExceptionsQuery } from '@/server/exceptions/schema'
import { knownClient } from '../_components/known-client'
import { ExceptionsView } from './_components/exceptions-view'

export const metadata: Metadata = { title: 'Exceptions' }

export default async function ExceptionsPage({ params, searchParams }: PageProps<'/m/[msp]/exceptions'>) {
  const { msp } = await params
  const search = await searchParams
  await knownClient(msp, search.client)
  const input = parseExceptionsQuery(search)
  await orNotFound(load(serverApi(msp).exceptions.list.queryOptions(input)))
  return (
    <>
      <TopBar crumbs={[{ label: 'Exceptions' }]} />
      <PageBody>
        <HydrateClient>
          <ExceptionsView input={input} />
        </HydrateClient>
      </PageBody>
    </>
  )
}
