'use client'
import { Check, ChevronsUpDown, Layers } from 'lucide-react'
import { usePathname } from 'next/navigation'
import { useMsp } from '@/app/_trpc/client'
import { formatCount } from '@/components/format'
import { Menu, type MenuEntry } from '@/components/ui/menu'
import { scopeHref } from './scope-href'
import type { useScope } from './use-scope'

type ScopeSwitchProps = {
  clients: readonly { id: string; name: string }[]
  hasAllClients: boolean
  scope: ReturnType<typeof useScope>
}

/** All clients or one, above the list of places. Nothing to choose with one client or none. */
export function ScopeSwitch({ clients, hasAllClients, scope }: ScopeSwitchProps) {
  const { slug } = useMsp()
  const pathname = usePathname()
  if (clients.length < 2) return null
  const chosen = clients.find((client) => client.id === scope.client)
  const everything = hasAllClients ? 'All clients' : 'All my clients'
  const entry = (label: string, clientId: string | null): MenuEntry => ({
    label,
    // A link, so that the narrow menu closes behind it.
    href: scopeHref(slug, pathname, clientId),
    onSelect: () => scope.choose(clientId),
    detail: clientId === (chosen?.id ?? null) ? <Check size={14} aria-label="chosen" /> : undefined,
  })
  return (
    <div className="flex flex-col gap-1">
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
      {/* Overview, clients, patches and policies cannot be narrowed: the choice waits for the lists that can. */}
      {scope.isWider ? <p className="px-2 text-axis text-text-3">This page shows {everything.toLowerCase()}</p> : null}
    </div>
  )
}
