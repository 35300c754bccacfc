import type { Metadata } from 'next'
import { HydrateClient, load, orNotFound, serverApi } from '@/app/_trpc/server'
import { PageBody, TopBar } from '@/components/app-shell'
import { paths } from '@/server/paths'
import { LeftDeviceView } from './_components/left-device-view'

export const metadata: Metadata = { title: 'History of a device' }

type LeftDevicePageProps = { params: Promise<{ msp: string; id: string; device: string }> }

export default async function LeftDevicePage({ params }: LeftDevicePageProps) {
  const { msp, id, device: deviceId } = await params
  const { client, device } = await orNotFound(
    load(serverApi(msp).clients.leftDevice.queryOptions({ clientId: id, deviceId })),
  )
  return (
    <>
      <TopBar
        crumbs={[
          { label: 'Clients', href: paths.clients(msp) },
          { label: client.name, href: paths.client(msp, client.id) },
          { label: device.hostName, isMono: true },
        ]}
      />
      <PageBody>
        <HydrateClient>
          <LeftDeviceView clientId={id} deviceId={deviceId} />
        </HydrateClient>
      </PageBody>
    </>
  )
}
