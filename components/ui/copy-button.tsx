'use client'
import { Check, Copy } from 'lucide-react'
import { useEffect, useState } from 'react'
import { Button } from './button'
import type { ButtonSize, ButtonVariant } from './button-style'

const copiedMs = 2000

type CopyButtonProps = {
  text: string
  label?: string
  copiedLabel?: string
  variant?: ButtonVariant
  size?: ButtonSize
  className?: string
}

/** Puts a text on the clipboard and says so. */
export function CopyButton({
  text,
  label = 'Copy',
  copiedLabel = 'Copied',
  variant = 'secondary',
  size,
  className,
}: CopyButtonProps) {
  const [result, setResult] = useState<'none' | 'copied' | 'failed'>('none')
  useEffect(() => {
    if (result === 'none') return
    const timer = setTimeout(() => setResult('none'), copiedMs)
    return () => clearTimeout(timer)
  }, [result])
  return (
    <Button
      variant={variant}
      size={size}
      className={className}
      icon={result === 'copied' ? <Check size={14} aria-hidden /> : <Copy size={14} aria-hidden />}
      onClick={() => {
        navigator.clipboard.writeText(text).then(
          () => setResult('copied'),
          () => setResult('failed'),
        )
      }}
    >
      <span aria-live="polite">
        {result === 'copied' ? copiedLabel : result === 'failed' ? 'Select and copy' : label}
      </span>
    </Button>
  )
}
