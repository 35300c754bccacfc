'use client'
import { Radio } from '@base-ui/react/radio'
import { RadioGroup as BaseRadioGroup } from '@base-ui/react/radio-group'
import { type ReactNode, useId } from 'react'
import { cn } from '../cn'

export type RadioOption = { value: string; label: ReactNode; detail?: ReactNode; isDisabled?: boolean }

type RadioGroupProps = {
  options: readonly RadioOption[]
  value?: string
  defaultValue?: string
  onChange?: (value: string) => void
  name?: string
  /** What is chosen between; read before the choices. */
  ariaLabel: string
  /** Beside each other instead of below each other. */
  isRow?: boolean
  className?: string
}

/** One of a few choices that are all to be seen. */
export function RadioGroup({
  options,
  value,
  defaultValue,
  onChange,
  name,
  ariaLabel,
  isRow = false,
  className,
}: RadioGroupProps) {
  const groupId = useId()
  return (
    <BaseRadioGroup
      value={value}
      defaultValue={defaultValue}
      onValueChange={(next) => {
        if (typeof next === 'string') onChange?.(next)
      }}
      name={name}
      aria-label={ariaLabel}
      className={cn('flex', isRow ? 'flex-wrap gap-x-5 gap-y-1' : 'flex-col gap-1', className)}
    >
      {options.map((option) => (
        <label
          key={option.value}
          className="inline-flex min-h-6 items-start gap-2 py-0.5 text-body text-text max-wide:min-h-11 max-wide:items-center"
        >
          <Radio.Root
            value={option.value}
            disabled={option.isDisabled}
            aria-labelledby={`${groupId}-${option.value}`}
            className="relative mt-0.5 inline-flex size-4 shrink-0 items-center justify-center rounded-full border border-control bg-canvas transition-colors after:absolute after:-inset-1 data-checked:border-accent data-checked:bg-accent data-disabled:border-dashed"
          >
            <Radio.Indicator keepMounted className="size-1.5 rounded-full bg-on-accent data-unchecked:hidden" />
          </Radio.Root>
          <span id={`${groupId}-${option.value}`}>
            {option.label}
            {option.detail ? <span className="block text-detail text-text-3">{option.detail}</span> : null}
          </span>
        </label>
      ))}
    </BaseRadioGroup>
  )
}
