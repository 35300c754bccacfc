'use client'
import { Menu as BaseMenu } from '@base-ui/react/menu'
import type { ReactNode } from 'react'
import { cn } from '../cn'
import { type ButtonSize, type ButtonVariant, buttonStyle } from './button-style'
import { floatingItemStyle, floatingStyle } from './floating-style'

export type MenuEntry =
  | 'line'
  | {
      label: ReactNode
      icon?: ReactNode
      detail?: ReactNode
      /** Goes somewhere… */
      href?: string
      /** …or does something; with `href`, on the way there. */
      onSelect?: () => void
      isDanger?: boolean
      /** Why it cannot be chosen; shown below its name. */
      disabledReason?: string | null
    }

type MenuProps = {
  entries: readonly MenuEntry[]
  /** What the trigger shows. */
  trigger: ReactNode
  /** The accessible name when the trigger is only an icon. */
  label?: string
  variant?: ButtonVariant
  size?: ButtonSize
  isIconOnly?: boolean
  align?: 'start' | 'end'
  triggerClassName?: string
}

/** A button that opens a list of actions or places. */
export function Menu({
  entries,
  trigger,
  label,
  variant,
  size,
  isIconOnly,
  align = 'end',
  triggerClassName,
}: MenuProps) {
  return (
    <BaseMenu.Root>
      <BaseMenu.Trigger aria-label={label} className={cn(buttonStyle({ variant, size, isIconOnly }), triggerClassName)}>
        {trigger}
      </BaseMenu.Trigger>
      <BaseMenu.Portal>
        <BaseMenu.Positioner sideOffset={4} align={align} className="z-50 outline-none">
          <BaseMenu.Popup className={cn(floatingStyle, 'max-h-(--available-height) min-w-48 overflow-y-auto p-1')}>
            {entries.map((entry, index) => {
              if (entry === 'line') return <BaseMenu.Separator key={index} className="my-1 h-px bg-line" />
              const content = (
                <>
                  {entry.icon}
                  <span className="min-w-0 py-1">
                    {entry.label}
                    {entry.disabledReason ? (
                      <span className="block text-detail text-text-3">{entry.disabledReason}</span>
                    ) : null}
                  </span>
                  {entry.detail ? <span className="ml-auto pl-4 text-detail text-text-3">{entry.detail}</span> : null}
                </>
              )
              const className = cn(floatingItemStyle, entry.isDanger && 'text-fail')
              if (entry.href)
                return (
                  <BaseMenu.LinkItem
                    key={index}
                    href={entry.href}
                    onClick={entry.onSelect}
                    closeOnClick
                    className={className}
                  >
                    {content}
                  </BaseMenu.LinkItem>
                )
              return (
                <BaseMenu.Item
                  key={index}
                  disabled={Boolean(entry.disabledReason)}
                  onClick={entry.onSelect}
                  className={className}
                >
                  {content}
                </BaseMenu.Item>
              )
            })}
          </BaseMenu.Popup>
        </BaseMenu.Positioner>
      </BaseMenu.Portal>
    </BaseMenu.Root>
  )
}
