import type { Metadata } from 'next'
import { HydrateClient, load, orNotFound, serverApi } from '@/app/_trpc/server'
import { PageBody, TopBar } from '@/components/app-shell'
import { parseReportsQuery } from '@/server/reports/schema'
import { knownClient } from '../_components/known-client'
import { ReportsView } from './_components/reports-view'

export const metadata: Metadata = { title: 'Reports' }

export default async function ReportsPage({ params, searchParams }: PageProps<'/m/[msp]/reports'>) {
  const { msp } = await params
  const search = await searchParams
  await knownClient(msp, search.client)
  const input = parseReportsQuery(search)
  await orNotFound(load(serverApi(msp).reports.list.queryOptions(input)))
  return (
    <>
      <TopBar crumbs={[{ label: 'Reports' }]} />
      <PageBody>
        <HydrateClient>
          <ReportsView input={input} />
        </HydrateClient>
      </PageBody>
    </>
  )
}
