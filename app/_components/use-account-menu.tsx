'use client'
import { Building, LogOut, ShieldCheck } from 'lucide-react'
import { type ReactNode, useRef } from 'react'
import type { MenuEntry } from '@/components/ui/menu'
import { paths } from '@/server/paths'

interface Account {
  person: string
  otherMsps: readonly { slug: string; name: string }[]
}

/** What the menu of who is signed in leads to: their other MSPs, Security and out. `form` stands beside the menu; it is what signs out. */
export function useAccountMenu({ person, otherMsps }: Account): { entries: MenuEntry[]; form: ReactNode } {
  const signOut = useRef<HTMLFormElement>(null)
  const others = otherMsps.map(
    ({ slug, name }): MenuEntry => ({
      label: name,
      icon: <Building size={14} aria-hidden />,
      href: paths.msp(slug),
    }),
  )
  return {
    entries: [
      ...others,
      ...(others.length > 0 ? ['line' as const] : []),
      { label: 'Security', icon: <ShieldCheck size={14} aria-hidden />, href: paths.security() },
      {
        label: `Sign out ${person}`,
        icon: <LogOut size={14} aria-hidden />,
        onSelect: () => signOut.current?.requestSubmit(),
      },
    ],
    form: <form ref={signOut} method="post" action={paths.signOut()} hidden />,
  }
}
