import type { Metadata } from 'next'
import { HydrateClient, load, orNotFound, serverApi } from '@/app/_trpc/server'
import { PageBody, TopBar } from '@/components/app-shell'
import { readAuditSearch } from './_components/audit-search'
import { AuditView } from './_components/audit-view'

export const metadata: Metadata = { title: 'Audit log' }

export default async function AuditPage({ params, searchParams }: PageProps<'/m/[msp]/settings/audit'>) {
  const { msp } = await params
  const input = readAuditSearch(await searchParams)
  await orNotFound(load(serverApi(msp).audit.list.queryOptions(input)))
  return (
    <>
      <TopBar crumbs={[{ label: 'Settings' }, { label: 'Audit log' }]} />
      <PageBody>
        <HydrateClient>
          <AuditView input={input} />
        </HydrateClient>
      </PageBody>
    </>
  )
}
