import type { Metadata } from 'next'
import { HydrateClient, load, orNotFound, serverApi } from '@/app/_trpc/server'
import { PageBody, TopBar } from '@/components/app-shell'
import { paths } from '@/server/paths'
import { DeviceView } from './_components/device-view'

export async function generateMetadata({ params }: PageProps<'/m/[msp]/devices/[id]'>): Promise<Metadata> {
  const { msp, id } = await params
  const page = await load(serverApi(msp).devices.get.queryOptions({ deviceId: id })).catch(() => null)
  return { title: page?.device.hostName ?? 'Device' }
}

export default async function DevicePage({ params, searchParams }: PageProps<'/m/[msp]/devices/[id]'>) {
  const { msp, id } = await params
  const { patch } = await searchParams
  const { device, client } = await orNotFound(load(serverApi(msp).devices.get.queryOptions({ deviceId: id })))
  return (
    <>
      <TopBar
        crumbs={[
          { label: client.name, href: paths.devices(msp, { client: client.id }) },
          { label: 'Devices', href: paths.devices(msp) },
          { label: device.hostName, isMono: true },
        ]}
      />
      <PageBody>
        <HydrateClient>
          <DeviceView deviceId={id} patchId={typeof patch === 'string' ? patch : undefined} />
        </HydrateClient>
      </PageBody>
    </>
  )
}
