import { cookies } from 'next/headers'
import type { ReactNode } from 'react'
import { parseTheme, themeCookieName } from '@/components/theme'
import { membershipsOf } from '@/server/auth/contexts'
import { findSignedIn } from '@/server/auth/session'
import { type PortalFrameData, PortalHeader, type PortalPlace } from './portal-header'

type PortalFrameProps = { frame: PortalFrameData; place: PortalPlace; children: ReactNode }

/** What stands around every page of the portal: whose computers, who looks after them, where else one may go. */
export async function PortalFrame({ frame, place, children }: PortalFrameProps) {
  const signedIn = await findSignedIn()
  const { slug: here } = frame.msp
  const others = signedIn ? (await membershipsOf(signedIn.userId)).filter((each) => each.slug !== here) : []
  const theme = parseTheme((await cookies()).get(themeCookieName)?.value)
  const otherMsps = others.map(({ slug, name }) => ({ slug, name }))
  return (
    <div className="min-h-dvh bg-side">
      <PortalHeader frame={frame} place={place} otherMsps={otherMsps} theme={theme} />
      <main className="mx-auto flex max-w-[860px] flex-col gap-4 px-4 py-8 print:p-0">{children}</main>
    </div>
  )
}
