'use client'
import { Eye, EyeOff } from 'lucide-react'
import { type Ref, useState } from 'react'
import { Input } from '@/components/ui/input'

type PasswordInputProps = {
  /** Either of both: steered, or read on submit (what a browser filled in before the scripts ran stays). */
  value?: string
  onChange?: (value: string) => void
  inputRef?: Ref<HTMLInputElement>
  autoComplete: 'current-password' | 'new-password'
  className?: string
}

/** A password, hidden until asked for. */
export function PasswordInput({ value, onChange, inputRef, autoComplete, className }: PasswordInputProps) {
  const [isShown, setShown] = useState(false)
  const Icon = isShown ? EyeOff : Eye
  return (
    <span className="relative block">
      <Input
        type={isShown ? 'text' : 'password'}
        autoComplete={autoComplete}
        spellCheck={false}
        ref={inputRef}
        value={value}
        onChange={(event) => onChange?.(event.target.value)}
        className={`pr-10 ${className ?? ''}`}
      />
      <button
        type="button"
        aria-label={isShown ? 'Hide password' : 'Show password'}
        onClick={() => setShown(!isShown)}
        className="absolute inset-y-0 right-0 flex w-10 items-center justify-center rounded-control text-text-3 hover:text-text"
      >
        <Icon size={16} aria-hidden />
      </button>
    </span>
  )
}
