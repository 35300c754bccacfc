'use client'
import { Input as BaseInput } from '@base-ui/react/input'
import type { ComponentProps } from 'react'
import { cn } from '../cn'
import { inputStyle } from './input-style'

type InputProps = Omit<ComponentProps<typeof BaseInput>, 'className'> & { className?: string; isMono?: boolean }

/** A line of text, 32 px. Inside a Field it gets its label, hint and error by itself. */
export function Input({ className, isMono = false, ...rest }: InputProps) {
  return <BaseInput {...rest} className={cn(inputStyle, 'h-8 max-wide:h-11', isMono && 'mono', className)} />
}
