'use client'
import { cn } from '@/components/cn'
import { Input } from '@/components/ui/input'

type ClockInputProps = {
  value: string
  onChange: (value: string) => void
  label: string
  isDisabled?: boolean
  isWrong?: boolean
}

/** A time of day as "22:00": 24 hours in every country, which the browser's own field is not. */
export function ClockInput({ value, onChange, label, isDisabled, isWrong = false }: ClockInputProps) {
  return (
    <Input
      aria-label={label}
      aria-invalid={isWrong || undefined}
      inputMode="numeric"
      maxLength={5}
      value={value}
      disabled={isDisabled}
      className={cn('h-7 w-[62px] text-center', isWrong && 'border-fail-fill')}
      onChange={(event) => onChange(event.target.value.trim())}
    />
  )
}
