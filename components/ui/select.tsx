'use client'
import { Select as BaseSelect } from '@base-ui/react/select'
import { Check, ChevronDown } from 'lucide-react'
import type { ReactNode } from 'react'
import { cn } from '../cn'
import { floatingItemStyle, floatingStyle } from './floating-style'

export type SelectOption = { value: string; label: string; detail?: string; isDisabled?: boolean }

type SelectProps = {
  options: readonly SelectOption[]
  value?: string
  defaultValue?: string
  onChange?: (value: string) => void
  name?: string
  /** The accessible name when no Field stands around it. */
  label?: string
  placeholder?: string
  isDisabled?: boolean
  /** Inline in a sentence: as wide as its word, 28 px. */
  isInline?: boolean
  /** The value is set here and not inherited: accent edge. */
  isChanged?: boolean
  icon?: ReactNode
  className?: string
}

/** One of a few choices. */
export function Select({
  options,
  value,
  defaultValue,
  onChange,
  name,
  label,
  placeholder,
  isDisabled = false,
  isInline = false,
  isChanged = false,
  icon,
  className,
}: SelectProps) {
  return (
    <BaseSelect.Root
      items={options}
      value={value}
      defaultValue={defaultValue}
      onValueChange={(next) => {
        if (typeof next === 'string') onChange?.(next)
      }}
      name={name}
      disabled={isDisabled}
    >
      <BaseSelect.Trigger
        aria-label={label}
        className={cn(
          'inline-flex select-none items-center justify-between gap-2 rounded-control border border-control bg-canvas px-2.5 text-left font-medium text-body text-text transition-colors hover:bg-hover data-popup-open:bg-press data-invalid:border-fail-fill data-disabled:border-line data-disabled:border-dashed data-disabled:bg-well data-disabled:text-text-3',
          isInline ? 'h-7 max-wide:h-11' : 'h-8 max-wide:h-11',
          isChanged && !isDisabled && 'border-accent',
          className,
        )}
      >
        {icon}
        <BaseSelect.Value placeholder={placeholder} className="min-w-0 flex-1 truncate data-placeholder:text-text-3" />
        <BaseSelect.Icon>
          <ChevronDown size={14} aria-hidden className="text-text-2" />
        </BaseSelect.Icon>
      </BaseSelect.Trigger>
      <BaseSelect.Portal>
        <BaseSelect.Positioner sideOffset={4} alignItemWithTrigger={false} className="z-50 outline-none">
          <BaseSelect.Popup className={cn(floatingStyle, 'min-w-(--anchor-width) p-1')}>
            <BaseSelect.List className="max-h-(--available-height) overflow-y-auto outline-none">
              {options.map((option) => (
                <BaseSelect.Item
                  key={option.value}
                  value={option.value}
                  disabled={option.isDisabled}
                  className={cn(floatingItemStyle, 'pr-3')}
                >
                  <span className="flex w-4 justify-center">
                    <BaseSelect.ItemIndicator>
                      <Check size={14} aria-hidden />
                    </BaseSelect.ItemIndicator>
                  </span>
                  <BaseSelect.ItemText>{option.label}</BaseSelect.ItemText>
                  {option.detail ? <span className="ml-auto pl-4 text-detail text-text-3">{option.detail}</span> : null}
                </BaseSelect.Item>
              ))}
            </BaseSelect.List>
          </BaseSelect.Popup>
        </BaseSelect.Positioner>
      </BaseSelect.Portal>
    </BaseSelect.Root>
  )
}
