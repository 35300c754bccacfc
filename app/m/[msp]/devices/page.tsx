import type { Metadata } from 'next'
import { HydrateClient, load, orNotFound, serverApi } from '@/app/_trpc/server'
import { PageBody, TopBar } from '@/components/app-shell'
import { parseDevicesQuery } from '@/server/devices/schema'
import { doorAddress } from '@/server/enrolment/door-address'
import { knownClient } from '../_components/known-client'
import { DevicesView } from './_components/devices-view'

export const metadata: Metadata = { title: 'Devices' }

export default async function DevicesPage({ params, searchParams }: PageProps<'/m/[msp]/devices'>) {
  const { msp } = await params
  const query = await searchParams
  await knownClient(msp, query.client)
  const input = parseDevicesQuery(query)
  const api = serverApi(msp)
  const page = await orNotFound(load(api.devices.list.queryOptions(input)))
  // An empty list offers the command, and for that it needs the sites.
  if (page.rows.length === 0) await load(api.enrolment.sites.queryOptions())
  return (
    <>
      <TopBar crumbs={[{ label: 'Devices' }]} />
      <PageBody>
        <HydrateClient>
          <DevicesView input={input} deviceUrl={doorAddress()} />
        </HydrateClient>
      </PageBody>
    </>
  )
}
