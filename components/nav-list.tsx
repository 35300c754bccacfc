import type { ReactNode } from 'react'
import { cn } from './cn'
import { Link } from './link'

export type NavItem = {
  label: string
  href: string
  icon: ReactNode
  count?: string
  /** The count asks for a person: it is `fail`. */
  isUrgent?: boolean
  isCurrent?: boolean
}

/** The places of the product in groups; a count is coloured only where a person is needed. */
export function NavList({ groups }: { groups: readonly (readonly NavItem[])[] }) {
  return (
    <nav aria-label="Main" className="flex flex-col gap-5">
      {groups.map((items) => (
        <ul key={items.map((item) => item.href).join(' ')} className="flex flex-col gap-px">
          {items.map((item) => (
            <li key={item.href}>
              <Link
                href={item.href}
                aria-current={item.isCurrent ? 'page' : undefined}
                className={cn(
                  'flex h-[30px] items-center gap-2.5 rounded-control px-2 text-body transition-colors max-wide:h-11',
                  item.isCurrent ? 'bg-press font-key text-text' : 'text-text-2 hover:bg-hover',
                )}
              >
                <span className={cn('flex', item.isCurrent ? 'text-text' : 'text-text-3')}>{item.icon}</span>
                <span className="flex-1">{item.label}</span>
                {item.count ? (
                  <span className={cn('font-normal', item.isUrgent ? 'font-key text-fail' : 'text-text-3')}>
                    {item.count}
                  </span>
                ) : null}
              </Link>
            </li>
          ))}
        </ul>
      ))}
    </nav>
  )
}
