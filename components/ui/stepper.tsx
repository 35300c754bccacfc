'use client'
import { NumberField } from '@base-ui/react/number-field'
import { cn } from '../cn'

type StepperProps = {
  value?: number
  defaultValue?: number
  onChange?: (value: number) => void
  min?: number
  max?: number
  step?: number
  /** The unit behind the number, e.g. "h". */
  unit?: string
  name?: string
  /** The accessible name when no Field stands around it. */
  label?: string
  isDisabled?: boolean
  /** The value is set here and not inherited: accent edge. */
  isChanged?: boolean
  className?: string
}

/** Between a number and its unit, as in the running text of the product (U+202F). */
const narrowSpace = '\u202f'

const endStyle =
  'flex h-full w-7 items-center justify-center text-text-2 transition-colors hover:bg-hover active:bg-press data-disabled:bg-transparent data-disabled:text-text-3 max-wide:w-11'

/** A whole number in small steps, typed or stepped. */
export function Stepper({
  value,
  defaultValue,
  onChange,
  min,
  max,
  step = 1,
  unit,
  name,
  label,
  isDisabled,
  isChanged,
  className,
}: StepperProps) {
  return (
    <NumberField.Root
      value={value}
      defaultValue={defaultValue}
      onValueChange={(next) => {
        if (next !== null) onChange?.(next)
      }}
      min={min}
      max={max}
      step={step}
      name={name}
      disabled={isDisabled}
      className={cn('inline-flex w-fit', className)}
    >
      <NumberField.Group
        className={cn(
          'inline-flex h-[30px] items-center overflow-hidden rounded-control border border-control bg-canvas data-disabled:border-line data-disabled:border-dashed data-disabled:bg-well data-disabled:text-text-3 has-[input:focus-visible]:outline-2 has-[input:focus-visible]:outline-accent has-[input:focus-visible]:outline-offset-1 max-wide:h-11',
          isChanged && !isDisabled && 'border-accent',
        )}
      >
        <NumberField.Decrement aria-label="Less" className={cn(endStyle, 'border-line border-r')}>
          –
        </NumberField.Decrement>
        <span className="inline-flex h-full items-center px-2 font-medium">
          <NumberField.Input
            aria-label={label}
            className="field-sizing-content h-full min-w-2 bg-transparent text-center font-medium text-body outline-none focus-visible:outline-none"
          />
          {unit ? <span>{`${narrowSpace}${unit}`}</span> : null}
        </span>
        <NumberField.Increment aria-label="More" className={cn(endStyle, 'border-line border-l')}>
          +
        </NumberField.Increment>
      </NumberField.Group>
    </NumberField.Root>
  )
}
