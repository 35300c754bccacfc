'use client'
import { Field as BaseField } from '@base-ui/react/field'
import type { ReactNode } from 'react'
import { cn } from '../cn'
import { StatusMark } from '../status-mark'

type FieldProps = {
  label: ReactNode
  /** One line that says what to enter, or where the value comes from. */
  hint?: ReactNode
  /** What is wrong and what is asked; the edge turns and screen readers hear it. */
  error?: ReactNode
  /** Name of the value in its form. */
  name?: string
  /** Keeps the label for screen readers only. */
  isLabelHidden?: boolean
  className?: string
  children: ReactNode
}

/** Label, control, hint and error, wired to each other. The child is one of Input, Textarea, Select, Stepper, Switch. */
export function Field({ label, hint, error, name, isLabelHidden = false, className, children }: FieldProps) {
  return (
    <BaseField.Root
      name={name}
      invalid={Boolean(error)}
      className={cn('flex flex-col items-stretch gap-1.5', className)}
    >
      <BaseField.Label className={cn('font-medium text-body text-text', isLabelHidden && 'sr-only')}>
        {label}
      </BaseField.Label>
      {children}
      {hint ? <BaseField.Description className="text-detail text-text-3">{hint}</BaseField.Description> : null}
      {error ? (
        <BaseField.Error match className="flex items-start gap-1.5 text-detail text-fail">
          <StatusMark state="failed" size={13} className="mt-[1.5px]" />
          <span>{error}</span>
        </BaseField.Error>
      ) : null}
    </BaseField.Root>
  )
}
