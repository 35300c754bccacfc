import { useId } from 'react'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'

type TimeZoneFieldProps = { value: string; onChange: (zone: string) => void; hint?: string; error?: string }

/** A time zone by its name in the IANA database; the browser offers those it knows. */
export function TimeZoneField({ value, onChange, hint, error }: TimeZoneFieldProps) {
  const zonesId = useId()
  return (
    <>
      <Field label="Time zone" hint={hint} error={error}>
        <Input
          value={value}
          list={zonesId}
          maxLength={64}
          autoComplete="off"
          onChange={(event) => onChange(event.target.value)}
        />
      </Field>
      <datalist id={zonesId}>
        {Intl.supportedValuesOf('timeZone').map((zone) => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
    </>
  )
}
