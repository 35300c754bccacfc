'use client'
import { useState } from 'react'
import { Select } from '@/components/ui/select'
import { Stepper } from '@/components/ui/stepper'

const units = [
  { value: 'd', label: 'days', ms: 24 * 3_600_000 },
  { value: 'h', label: 'hours', ms: 3_600_000 },
  { value: 'm', label: 'minutes', ms: 60_000 },
  { value: 's', label: 'seconds', ms: 1_000 },
] as const

/** The largest unit in which a span is a whole number. */
const unitOf = (ms: number) => (ms === 0 ? units[1] : (units.find((unit) => ms % unit.ms === 0) ?? units[3]))

type SpanInputProps = {
  valueMs: number
  onChange: (valueMs: number) => void
  label: string
  min?: number
  isDisabled?: boolean
  isChanged?: boolean
}

/** A span of time: a number and its unit. */
export function SpanInput({ valueMs, onChange, label, min = 0, isDisabled, isChanged }: SpanInputProps) {
  const [chosen, setChosen] = useState<string>(unitOf(valueMs).value)
  const found = units.find((unit) => unit.value === chosen) ?? units[1]
  // A value set from outside may not be whole in the unit that was chosen before.
  const unit = valueMs % found.ms === 0 ? found : unitOf(valueMs)
  return (
    <span className="inline-flex items-center gap-1.5">
      <Stepper
        label={label}
        value={valueMs / unit.ms}
        min={min}
        max={Math.floor((400 * units[0].ms) / unit.ms)}
        onChange={(next) => onChange(Math.round(next) * unit.ms)}
        isDisabled={isDisabled}
        isChanged={isChanged}
      />
      <Select
        label={`${label}, unit`}
        isInline
        value={unit.value}
        options={units}
        isDisabled={isDisabled}
        onChange={(next) => {
          const to = units.find((one) => one.value === next)
          if (!to) return
          setChosen(to.value)
          onChange((valueMs / unit.ms) * to.ms)
        }}
      />
    </span>
  )
}
