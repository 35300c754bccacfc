import type { Metadata } from 'next'
import { loadPortal } from '../../_components/load-portal'
import { PortalFrame } from '../../_components/portal-frame'
import { PortalSheet } from '../../_components/portal-sheet'

type Props = PageProps<'/portal/[msp]/[client]'>

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { msp, client } = await params
  const portal = await loadPortal(msp, client)
  return { title: portal.organisation.name }
}

/** How the computers of one organisation stand today, for the person who answers for them there. */
export default async function OrganisationPage({ params }: Props) {
  const { msp, client } = await params
  const portal = await loadPortal(msp, client)
  return (
    <PortalFrame frame={portal} place="today">
      <PortalSheet portal={portal} />
    </PortalFrame>
  )
}
