'use client'
import { Check, ChevronsUpDown, Layers } from 'lucide-react'
import { usePathname, useSearchParams } from 'next/navigation'
import { useMsp } from '@/app/_trpc/client'
import { formatCount } from '@/components/format'
import { Menu, type MenuEntry } from '@/components/ui/menu'
import { scopeHref, scopeOf } from './scope-href'

type ScopeSwitchProps = { clients: readonly { id: string; name: string }[]; hasAllClients: boolean }

/** All clients or one, above the list of places. Nothing to choose with one client or none. */
export function ScopeSwitch({ clients, hasAllClients }: ScopeSwitchProps) {
  const { slug } = useMsp()
  const pathname = usePathname()
  const scope = scopeOf(slug, pathname, useSearchParams())
  if (clients.length < 2) return null
  const chosen = clients.find((client) => client.id === scope)
  const everything = hasAllClients ? 'All clients' : 'All my clients'
  const entry = (label: string, clientId: string | null): MenuEntry => ({
    label,
    // A link, so that the narrow menu closes behind it.
    href: scopeHref(slug, pathname, clientId),
    detail: clientId === (chosen?.id ?? null) ? <Check size={14} aria-label="chosen" /> : undefined,
  })
  return (
    <Menu
      align="start"
      triggerClassName="w-full min-w-0 justify-start gap-2 px-2 max-wide:px-2"
      trigger={
        <>
          <Layers size={16} aria-hidden className="text-text-3" />
          <span className="sr-only">Clients: </span>
          <span className="min-w-0 flex-1 truncate text-left">{chosen?.name ?? everything}</span>
          {chosen ? null : <span className="font-normal text-text-3">{formatCount(clients.length)}</span>}
          <ChevronsUpDown size={14} aria-hidden className="text-text-3" />
        </>
      }
      entries={[entry(everything, null), 'line', ...clients.map(({ id, name }) => entry(name, id))]}
    />
  )
}
