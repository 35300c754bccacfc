import type { Metadata } from 'next'
import { HydrateClient, load, orNotFound, serverApi } from '@/app/_trpc/server'
import { PageBody, TopBar } from '@/components/app-shell'
import { doorAddress } from '@/server/enrolment/door-address'
import { parseTokensQuery } from '@/server/enrolment/schema'
import { paths } from '@/server/paths'
import { knownClient } from '../../_components/known-client'
import { EnrolmentView } from './_components/enrolment-view'

export const metadata: Metadata = { title: 'Enrolment' }

export default async function EnrolmentPage({ params, searchParams }: PageProps<'/m/[msp]/devices/enrolment'>) {
  const { msp } = await params
  const query = await searchParams
  await knownClient(msp, query.client)
  const input = parseTokensQuery(query)
  const api = serverApi(msp)
  await orNotFound(load(api.enrolment.list.queryOptions(input)))
  await load(api.enrolment.sites.queryOptions())
  return (
    <>
      <TopBar crumbs={[{ label: 'Devices', href: paths.devices(msp) }, { label: 'Enrolment' }]} />
      <PageBody>
        <HydrateClient>
          <EnrolmentView input={input} deviceUrl={doorAddress()} />
        </HydrateClient>
      </PageBody>
    </>
  )
}
