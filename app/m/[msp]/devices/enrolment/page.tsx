import type { Metadata } from 'next'
import { HydrateClient, load, orNotFound, serverApi } from '@/app/_trpc/server'
import { PageBody, TopBar } from '@/components/app-shell'
import { parseDevicesQuery } from '@/server/devices/schema'
import { doorAddress } from '@/server/enrolment/door-address'
import { paths } from '@/server/paths'
import { knownClient } from '../../_components/known-client'
import { EnrolmentView } from './_components/enrolment-view'

export const metadata: Metadata = { title: 'Enrolment' }

export default async function EnrolmentPage({ params, searchParams }: PageProps<'/m/[msp]/devices/enrolment'>) {
  const { msp } = await params
  const query = await searchParams
  await knownClient(msp, query.client)
  const { client } = parseDevicesQuery(query)
  const api = serverApi(msp)
  await orNotFound(load(api.enrolment.list.queryOptions({ clientId: client })))
  await load(api.enrolment.sites.queryOptions())
  return (
    <>
      <TopBar crumbs={[{ label: 'Devices', href: paths.devices(msp) }, { label: 'Enrolment' }]} />
      <PageBody>
        <HydrateClient>
          <EnrolmentView clientId={client} deviceUrl={doorAddress()} />
        </HydrateClient>
      </PageBody>
    </>
  )
}
