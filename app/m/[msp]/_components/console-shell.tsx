'use client'
import { useSuspenseQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useMsp, useTrpc } from '@/app/_trpc/client'
import { AppShell } from '@/components/app-shell'
import type { Theme } from '@/components/theme'
import { paths } from '@/server/paths'
import { GlobalSearch } from './global-search'
import { ScopeSwitch } from './scope-switch'
import { SidebarFooter } from './sidebar-footer'
import { StandingBanner } from './standing-banner'
import { StopBanner } from './stop-banner'
import { useNavigation } from './use-navigation'
import { useScope } from './use-scope'

type ConsoleShellProps = { theme: Theme; otherMsps: { slug: string; name: string }[]; children: ReactNode }

/** Sidebar and footer of the console; the numbers in it move with the live stream. */
export function ConsoleShell({ theme, otherMsps, children }: ConsoleShellProps) {
  const { slug } = useMsp()
  const trpc = useTrpc()
  const { data: session } = useSuspenseQuery(trpc.session.get.queryOptions())
  const scope = useScope(slug, session.clients)
  return (
    <AppShell
      productName="Patchward"
      homeHref={paths.overview(slug)}
      scopeSwitch={<ScopeSwitch clients={session.clients} hasAllClients={session.hasAllClients} scope={scope} />}
      navigation={useNavigation(scope.client)}
      footer={<SidebarFooter session={session} otherMsps={otherMsps} theme={theme} />}
      banner={
        <>
          <StandingBanner />
          <StopBanner />
        </>
      }
    >
      <GlobalSearch>{children}</GlobalSearch>
    </AppShell>
  )
}
