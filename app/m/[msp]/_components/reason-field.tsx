import { Field } from '@/components/ui/field'
import { Textarea } from '@/components/ui/textarea'
import { reasonLength, shortReason } from '@/server/audit/rules'

/** Whether a reason says too little to be taken. */
export function isShortReason(reason: string): boolean {
  return reason.trim().length < reasonLength.minLength
}

/** Asks why. `hint` says who reads it; a reason that is too short is refused once somebody `hasTried`. */
export function ReasonField({
  hint,
  value,
  hasTried,
  onChange,
  className,
}: {
  hint: string
  value: string
  hasTried: boolean
  onChange: (reason: string) => void
  className?: string
}) {
  return (
    <Field
      className={className}
      label="Reason"
      hint={hint}
      error={hasTried && isShortReason(value) ? shortReason : undefined}
    >
      <Textarea
        rows={2}
        value={value}
        maxLength={reasonLength.maxLength}
        onChange={(event) => onChange(event.target.value)}
      />
    </Field>
  )
}
