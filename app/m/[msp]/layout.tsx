import type { Metadata } from 'next'
import { cookies } from 'next/headers'
import { notFound, redirect } from 'next/navigation'
import { MspProviders } from '@/app/_trpc/client'
import { HydrateClient, load, orNotFound, serverApi } from '@/app/_trpc/server'
import { parseTheme, themeCookieName } from '@/components/theme'
import { membershipsOf } from '@/server/auth/contexts'
import { findSignedIn } from '@/server/auth/session'
import { paths } from '@/server/paths'
import { ConsoleShell } from './_components/console-shell'

export async function generateMetadata({ params }: LayoutProps<'/m/[msp]'>): Promise<Metadata> {
  const { msp } = await params
  const session = await load(serverApi(msp).session.get.queryOptions()).catch(() => null)
  return session ? { title: { default: session.msp.name, template: `%s · ${session.msp.name} · Patchward` } } : {}
}

/** The frame of every screen of an MSP. It decides only what to draw: each procedure asks again who may do what. */
export default async function MspLayout({ children, params }: LayoutProps<'/m/[msp]'>) {
  const { msp } = await params
  const signedIn = await findSignedIn()
  if (!signedIn) redirect(paths.signIn())
  const memberships = await membershipsOf(signedIn.userId)
  // The console is nothing to them: every procedure of it says so too, but it need not be asked.
  if (memberships.some((each) => each.slug === msp && each.role === 'client-manager')) notFound()
  const api = serverApi(msp)
  const session = await orNotFound(load(api.session.get.queryOptions()))
  await load(api.session.counts.queryOptions())
  const others = memberships.filter((each) => each.slug !== session.msp.slug)
  const theme = parseTheme((await cookies()).get(themeCookieName)?.value)
  return (
    <MspProviders key={session.msp.slug} msp={session.msp} userId={signedIn.userId}>
      <HydrateClient>
        <ConsoleShell theme={theme} otherMsps={others.map(({ slug, name }) => ({ slug, name }))}>
          {children}
        </ConsoleShell>
      </HydrateClient>
    </MspProviders>
  )
}
