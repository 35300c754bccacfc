import { redirect } from 'next/navigation'
import { paths } from '@/server/paths'
import { loadPortal } from '../_components/load-portal'

/** A client manager begins at their first organisation. */
export default async function PortalPage({ params }: PageProps<'/portal/[msp]'>): Promise<never> {
  const { msp } = await params
  const { organisation } = await loadPortal(msp)
  redirect(paths.portal(msp, organisation.slug))
}
