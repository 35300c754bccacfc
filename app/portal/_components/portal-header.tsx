'use client'
import { Building, Check, ChevronDown } from 'lucide-react'
import { useAccountMenu } from '@/app/_components/use-account-menu'
import type { Theme } from '@/components/theme'
import { ThemeToggle } from '@/components/theme-toggle'
import { Menu, type MenuEntry } from '@/components/ui/menu'
import type { Outputs } from '@/server/api/root'
import { paths } from '@/server/paths'

export type Portal = Outputs['portal']['get']

type PortalHeaderProps = { portal: Portal; otherMsps: { slug: string; name: string }[]; theme: Theme }

/** Whose computers these are and who looks after them; the way to one's other organisations, to Security and out. */
export function PortalHeader({ portal, otherMsps, theme }: PortalHeaderProps) {
  const { organisation, organisations, msp, person } = portal
  const account = useAccountMenu({ person: person.name, otherMsps })
  const own: MenuEntry[] =
    organisations.length > 1
      ? organisations.map(({ slug, name }) => ({
          label: name,
          icon: <Building size={14} aria-hidden />,
          href: paths.portal(msp.slug, slug),
          detail: slug === organisation.slug ? <Check size={14} aria-label="chosen" /> : undefined,
        }))
      : []
  const entries = [...own, ...(own.length > 0 ? ['line' as const] : []), ...account.entries]
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
      {account.form}
    </header>
  )
}
