import type { Metadata } from 'next'
import { cookies } from 'next/headers'
import { parseTheme, themeCookieName } from '@/components/theme'
import { membershipsOf } from '@/server/auth/contexts'
import { findSignedIn } from '@/server/auth/session'
import { loadPortal } from '../../_components/load-portal'
import { PortalHeader } from '../../_components/portal-header'
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
  const signedIn = await findSignedIn()
  const others = signedIn ? (await membershipsOf(signedIn.userId)).filter((each) => each.slug !== msp) : []
  const theme = parseTheme((await cookies()).get(themeCookieName)?.value)
  return (
    <div className="min-h-dvh bg-side">
      <PortalHeader portal={portal} otherMsps={others.map(({ slug, name }) => ({ slug, name }))} theme={theme} />
      <main className="mx-auto max-w-[860px] px-4 py-8">
        <PortalSheet portal={portal} />
      </main>
    </div>
  )
}
