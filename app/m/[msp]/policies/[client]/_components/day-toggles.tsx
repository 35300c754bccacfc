'use client'
import { cn } from '@/components/cn'
import { type Weekday, weekdays } from '@/server/policies/schema'
import { dayNames } from '@/server/policy-words/rules'

type DayTogglesProps = {
  days: readonly Weekday[]
  onChange: (days: Weekday[]) => void
  label: string
  isDisabled?: boolean
}

/** The days of a week, each on or off. */
export function DayToggles({ days, onChange, label, isDisabled = false }: DayTogglesProps) {
  return (
    <fieldset className="inline-flex flex-wrap gap-1" disabled={isDisabled}>
      <legend className="sr-only">{label}</legend>
      {weekdays.map((day) => {
        const isOn = days.includes(day)
        return (
          <button
            key={day}
            type="button"
            aria-pressed={isOn}
            onClick={() => onChange(weekdays.filter((one) => (one === day ? !isOn : days.includes(one))))}
            className={cn(
              'h-7 min-w-9 rounded-control border px-1.5 text-detail transition-colors max-wide:h-11 max-wide:min-w-11',
              isOn ? 'border-accent bg-accent-soft font-key text-accent' : 'border-control text-text-2 hover:bg-hover',
            )}
          >
            {dayNames[day].slice(0, 3)}
          </button>
        )
      })}
    </fieldset>
  )
}
