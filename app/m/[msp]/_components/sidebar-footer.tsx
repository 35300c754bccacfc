'use client'
import { useLiveState } from '@/app/_trpc/client'
import { WhoAmI } from '@/components/app-shell'
import { plural } from '@/components/format'
import { StatusMark } from '@/components/status-mark'
import type { Theme } from '@/components/theme'
import { ThemeToggle } from '@/components/theme-toggle'
import type { Outputs } from '@/server/api/root'
import { roleNames } from '@/server/members/rules'
import { AccountMenu } from './account-menu'

type Session = Outputs['session']['get']
type SidebarFooterProps = { session: Session; otherMsps: { slug: string; name: string }[]; theme: Theme }

/** Whether changes arrive, who is signed in, colours, and the way out. */
export function SidebarFooter({ session, otherMsps, theme }: SidebarFooterProps) {
  const { person, msp, hasAllClients, clients } = session
  const reach = hasAllClients ? 'all clients' : plural(clients.length, 'client', 'clients')
  return (
    <div className="flex flex-col gap-1">
      <div className="flex items-center justify-between gap-1">
        <LiveLine />
        <ThemeToggle theme={theme} />
      </div>
      <AccountMenu person={person.name} otherMsps={otherMsps}>
        <span className="block min-w-0">
          <WhoAmI
            initials={initialsOf(msp.name)}
            name={msp.name}
            detail={person.role ? `${roleNames[person.role]}, ${reach}` : reach}
          />
        </span>
      </AccountMenu>
    </div>
  )
}

function LiveLine() {
  const state = useLiveState()
  const isLive = state === 'live'
  return (
    <p role="status" className="flex items-center gap-2.5 px-2 text-detail text-text-3">
      <StatusMark state={isLive ? 'installed' : 'no-data'} size={14} />
      {isLive ? 'Live' : state === 'connecting' ? 'Connecting' : 'Reconnecting'}
    </p>
  )
}

function initialsOf(name: string): string {
  const words = name.split(/\s+/).filter(Boolean)
  return [words[0], words.length > 1 ? words.at(-1) : undefined].map((word) => word?.[0]?.toUpperCase() ?? '').join('')
}
