'use client'
import { Switch as BaseSwitch } from '@base-ui/react/switch'
import { type ReactNode, useId } from 'react'
import { cn } from '../cn'

type SwitchProps = {
  isOn?: boolean
  isOnAtFirst?: boolean
  onChange?: (isOn: boolean) => void
  name?: string
  isDisabled?: boolean
  label?: ReactNode
  ariaLabel?: string
  className?: string
}

/** On or off, at once. */
export function Switch({ isOn, isOnAtFirst, onChange, name, isDisabled, label, ariaLabel, className }: SwitchProps) {
  // Said outright: what the browser's script would find out by itself is missing until it runs.
  const labelId = useId()
  const toggle = (
    <BaseSwitch.Root
      checked={isOn}
      defaultChecked={isOnAtFirst}
      onCheckedChange={(next) => onChange?.(next)}
      name={name}
      disabled={isDisabled}
      aria-label={label ? undefined : ariaLabel}
      aria-labelledby={label ? labelId : undefined}
      className="relative inline-flex h-[18px] w-[30px] shrink-0 items-center rounded-full bg-control p-0.5 transition-colors after:absolute after:-inset-1 data-checked:bg-accent data-disabled:opacity-45 max-wide:after:-inset-3"
    >
      <BaseSwitch.Thumb className="size-3.5 rounded-full bg-canvas transition-transform data-checked:translate-x-3" />
    </BaseSwitch.Root>
  )
  if (!label) return toggle
  return (
    <label className={cn('inline-flex min-h-6 items-center gap-2 text-body text-text max-wide:min-h-11', className)}>
      {toggle}
      <span id={labelId}>{label}</span>
    </label>
  )
}
