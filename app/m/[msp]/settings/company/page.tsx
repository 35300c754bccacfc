import type { Metadata } from 'next'
import { HydrateClient, load, orNotFound, serverApi } from '@/app/_trpc/server'
import { PageBody, TopBar } from '@/components/app-shell'
import { CompanyView } from './_components/company-view'

export const metadata: Metadata = { title: 'Company' }

export default async function CompanyPage({ params }: PageProps<'/m/[msp]/settings/company'>) {
  const { msp } = await params
  const api = serverApi(msp)
  await orNotFound(load(api.settings.get.queryOptions()))
  await load(api.changes.get.queryOptions())
  return (
    <>
      <TopBar crumbs={[{ label: 'Settings' }, { label: 'Company' }]} />
      <PageBody>
        <HydrateClient>
          <CompanyView />
        </HydrateClient>
      </PageBody>
    </>
  )
}
