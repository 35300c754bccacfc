'use client'
import type { ReactNode } from 'react'
import { useAccountMenu } from '@/app/_components/use-account-menu'
import { Menu } from '@/components/ui/menu'

type AccountMenuProps = { person: string; otherMsps: { slug: string; name: string }[]; children: ReactNode }

/** Who is signed in; opens the way to their other MSPs and out. */
export function AccountMenu({ person, otherMsps, children }: AccountMenuProps) {
  const { entries, form } = useAccountMenu({ person, otherMsps })
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
      {form}
    </>
  )
}
