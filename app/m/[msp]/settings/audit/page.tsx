import type { Metadata } from 'next'
import { Suspense } from 'react'
import { HydrateClient, load, orNotFound, serverApi } from '@/app/_trpc/server'
import { PageBody, TopBar } from '@/components/app-shell'
import { PageHeader } from '@/components/page-header'
import { SkeletonRows } from '@/components/ui/skeleton'
import { type ListAudit, parseAuditQuery } from '@/server/audit/schema'
import { knownClient } from '../../_components/known-client'
import { AuditView } from './_components/audit-view'

export const metadata: Metadata = { title: 'Audit log' }

export default async function AuditPage({ params, searchParams }: PageProps<'/m/[msp]/settings/audit'>) {
  const { msp } = await params
  const search = await searchParams
  await knownClient(msp, search.client)
  const input = parseAuditQuery(search)
  return (
    <>
      <TopBar crumbs={[{ label: 'Settings' }, { label: 'Audit log' }]} />
      <PageBody>
        <Suspense fallback={<AuditSkeleton />}>
          <LoadedLog msp={msp} input={input} />
        </Suspense>
      </PageBody>
    </>
  )
}

async function LoadedLog({ msp, input }: { msp: string; input: ListAudit }) {
  const { list, chain } = serverApi(msp).audit
  await Promise.all([orNotFound(load(list.queryOptions(input))), load(chain.queryOptions())])
  return (
    <HydrateClient>
      <AuditView input={input} />
    </HydrateClient>
  )
}

function AuditSkeleton() {
  return (
    <>
      <PageHeader title="Audit log" />
      <SkeletonRows count={12} lines={2} columns={5} label="Loading the audit log" />
    </>
  )
}
