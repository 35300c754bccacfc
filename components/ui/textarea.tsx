'use client'
import { Field } from '@base-ui/react/field'
import type { ComponentProps } from 'react'
import { cn } from '../cn'
import { inputStyle } from './input-style'

type TextareaProps = ComponentProps<'textarea'>

/** Several lines of text, for a reason or a note. Inside a Field it gets its label, hint and error by itself. */
export function Textarea({ className, rows = 3, ...rest }: TextareaProps) {
  return (
    <Field.Control render={<textarea {...rest} rows={rows} className={cn(inputStyle, 'block py-1.5', className)} />} />
  )
}
