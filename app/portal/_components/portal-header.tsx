'use client'
import { Building, Check, ChevronDown, LogOut, ShieldCheck } from 'lucide-react'
import { useRef } from 'react'
import type { Theme } from '@/components/theme'
import { ThemeToggle } from '@/components/theme-toggle'
import { Menu, type MenuEntry } from '@/components/ui/menu'
import type { Outputs } from '@/server/api/root'
import { paths } from '@/server/paths'

export type Portal = Outputs['portal']['get']

type PortalHeaderProps = { portal: Portal; otherMsps: { slug: string; name: string }[]; theme: Theme }

/** Whose computers these are and who looks after them; the way to one's other organisations, to Security and out. */
export function PortalHeader({ portal, otherMsps, theme }: PortalHeaderProps) {
  const signOut = useRef<HTMLFormElement>(null)
  const { organisation, organisations, msp, person } = portal
  const building = <Building size={14} aria-hidden />
  const own: MenuEntry[] =
    organisations.length > 1
      ? organisations.map(({ slug, name }) => ({
          label: name,
          icon: building,
          href: paths.portal(msp.slug, slug),
          detail: slug === organisation.slug ? <Check size={14} aria-label="chosen" /> : undefined,
        }))
      : []
  const others: MenuEntry[] = otherMsps.map(({ slug, name }) => ({
    label: name,
    icon: building,
    href: paths.msp(slug),
  }))
  const entries: MenuEntry[] = [
    ...own,
    ...(own.length > 0 ? ['line' as const] : []),
    ...others,
    ...(others.length > 0 ? ['line' as const] : []),
    { label: 'Security', icon: <ShieldCheck size={14} aria-hidden />, href: paths.security() },
    {
      label: `Sign out ${person.name}`,
      icon: <LogOut size={14} aria-hidden />,
      onSelect: () => signOut.current?.requestSubmit(),
    },
  ]
  return (
    <header className="flex min-h-14 items-center justify-between gap-x-6 border-line border-b bg-canvas px-8 py-2 max-wide:px-4">
      <p className="min-w-0">
        <span className="font-section text-section">{organisation.name}</span>
        <span className="text-body text-text-3 max-wide:block max-wide:text-detail wide:pl-3">
          looked after by {msp.name}
        </span>
      </p>
      <div className="flex shrink-0 items-center gap-2 max-wide:-mr-3">
        <ThemeToggle theme={theme} />
        <Menu
          trigger={
            <>
              {person.name}
              <ChevronDown size={14} aria-hidden className="text-text-2" />
            </>
          }
          entries={entries}
          variant="ghost"
        />
      </div>
      <form ref={signOut} method="post" action={paths.signOut()} hidden />
    </header>
  )
}
