'use client'
import { Building, Check, ChevronDown } from 'lucide-react'
import { useAccountMenu } from '@/app/_components/use-account-menu'
import { cn } from '@/components/cn'
import { Link } from '@/components/link'
import { MspLogo } from '@/components/msp-logo'
import type { Theme } from '@/components/theme'
import { ThemeToggle } from '@/components/theme-toggle'
import { Menu, type MenuEntry } from '@/components/ui/menu'
import type { Outputs } from '@/server/api/root'
import { paths } from '@/server/paths'

export type Portal = Outputs['portal']['get']

/** What every page of the portal knows: who looks after whom, and whose other organisations there are. */
export type PortalFrameData = Pick<Portal, 'msp' | 'person' | 'organisation' | 'organisations'>
export type PortalPlace = 'today' | 'reports'

type PortalHeaderProps = {
  frame: PortalFrameData
  place: PortalPlace
  otherMsps: { slug: string; name: string }[]
  theme: Theme
}

/** Whose computers these are and who looks after them; the way to one's other organisations, to Security and out. */
export function PortalHeader({ frame, place, otherMsps, theme }: PortalHeaderProps) {
  const { organisation, organisations, msp, person } = frame
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
    <header className="flex min-h-14 flex-wrap items-center justify-between gap-x-6 border-line border-b bg-canvas px-8 py-2 max-wide:px-4 max-wide:pb-0 print:hidden">
      {msp.brand.logoHash ? (
        <span className="max-wide:basis-full">
          <MspLogo src={paths.logo(msp.slug, msp.brand.logoHash)} alt="" />
        </span>
      ) : null}
      <p className="min-w-0 max-wide:flex-1">
        <span className="font-section text-section">{organisation.name}</span>
        <span className="text-body text-text-3 max-wide:block max-wide:text-detail wide:pl-3">
          looked after by {msp.name}
        </span>
      </p>
      <nav aria-label="Main" className="ml-auto flex gap-1 max-wide:order-last max-wide:-mx-2.5 max-wide:w-full">
        <PlaceLink href={paths.portal(msp.slug, organisation.slug)} isCurrent={place === 'today'}>
          Today
        </PlaceLink>
        <PlaceLink href={paths.portalReports(msp.slug, organisation.slug)} isCurrent={place === 'reports'}>
          Reports
        </PlaceLink>
      </nav>
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

function PlaceLink({ href, isCurrent, children }: { href: string; isCurrent: boolean; children: string }) {
  return (
    <Link
      href={href}
      aria-current={isCurrent ? 'page' : undefined}
      className={cn(
        'flex min-h-8 items-center px-2.5 text-body max-wide:min-h-11',
        isCurrent ? 'font-key text-text' : 'text-text-2 hover:text-text',
      )}
    >
      {children}
    </Link>
  )
}
