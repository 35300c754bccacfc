'use client'
import { Checkbox as BaseCheckbox } from '@base-ui/react/checkbox'
import { type ReactNode, useId } from 'react'
import { cn } from '../cn'

type CheckboxProps = {
  isChecked?: boolean
  isCheckedAtFirst?: boolean
  /** Some but not all below it are chosen. */
  isMixed?: boolean
  onChange?: (isChecked: boolean) => void
  name?: string
  value?: string
  isDisabled?: boolean
  /** The words beside it. Without them give `ariaLabel` (a table row). */
  label?: ReactNode
  ariaLabel?: string
  className?: string
}

/** Yes or no, for one of several; the whole line with its words can be clicked. */
export function Checkbox({
  isChecked,
  isCheckedAtFirst,
  isMixed,
  onChange,
  name,
  value,
  isDisabled,
  label,
  ariaLabel,
  className,
}: CheckboxProps) {
  // Said outright: what the browser's script would find out by itself is missing until it runs.
  const labelId = useId()
  const box = (
    <BaseCheckbox.Root
      checked={isChecked}
      defaultChecked={isCheckedAtFirst}
      indeterminate={isMixed}
      onCheckedChange={(next) => onChange?.(next)}
      name={name}
      value={value}
      disabled={isDisabled}
      aria-label={label ? undefined : ariaLabel}
      aria-labelledby={label ? labelId : undefined}
      className="relative inline-flex size-4 shrink-0 items-center justify-center rounded-tag border border-control bg-canvas text-on-accent transition-colors after:absolute after:-inset-1 data-disabled:border-line data-disabled:border-dashed data-disabled:bg-well data-checked:data-disabled:border-control data-checked:data-disabled:bg-control data-checked:border-accent data-checked:bg-accent data-indeterminate:border-accent data-indeterminate:bg-accent max-wide:after:-inset-3"
    >
      <BaseCheckbox.Indicator
        keepMounted
        render={(props, state) => (
          <span {...props} className="flex data-unchecked:hidden">
            <svg aria-hidden viewBox="0 0 16 16" width={14} height={14} fill="none">
              <path
                d={state.indeterminate ? 'M4.2 8h7.6' : 'M4 8.4l2.7 2.7 5.3-6'}
                stroke="currentColor"
                strokeWidth="1.9"
                strokeLinecap="round"
                strokeLinejoin="round"
              />
            </svg>
          </span>
        )}
      />
    </BaseCheckbox.Root>
  )
  // A line box around it would push it off the middle of its table row.
  if (!label) return <span className={cn('flex', className)}>{box}</span>
  return (
    <label className={cn('inline-flex min-h-6 items-center gap-2 text-body text-text max-wide:min-h-11', className)}>
      {box}
      <span id={labelId}>{label}</span>
    </label>
  )
}
