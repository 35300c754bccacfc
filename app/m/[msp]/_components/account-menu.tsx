'use client'
import { Building, LogOut, ShieldCheck } from 'lucide-react'
import { type ReactNode, useRef } from 'react'
import { Menu, type MenuEntry } from '@/components/ui/menu'
import { paths } from '@/server/paths'

type AccountMenuProps = { person: string; otherMsps: { slug: string; name: string }[]; children: ReactNode }

/** Who is signed in; opens the way to their other MSPs and out. */
export function AccountMenu({ person, otherMsps, children }: AccountMenuProps) {
  const signOut = useRef<HTMLFormElement>(null)
  const entries: MenuEntry[] = otherMsps.map(({ slug, name }) => ({
    label: name,
    icon: <Building size={14} aria-hidden />,
    href: paths.msp(slug),
  }))
  if (entries.length > 0) entries.push('line')
  entries.push({ label: 'Security', icon: <ShieldCheck size={14} aria-hidden />, href: paths.security() })
  entries.push({
    label: `Sign out ${person}`,
    icon: <LogOut size={14} aria-hidden />,
    onSelect: () => signOut.current?.requestSubmit(),
  })
  return (
    <>
      <Menu
        variant="ghost"
        align="start"
        trigger={
          <>
            {children}
            <span className="sr-only">, account of {person}</span>
          </>
        }
        triggerClassName="h-auto min-w-0 flex-1 shrink justify-start px-0 py-1 text-left max-wide:h-auto max-wide:min-h-11 max-wide:px-0"
        entries={entries}
      />
      <form ref={signOut} method="post" action={paths.signOut()} hidden />
    </>
  )
}
