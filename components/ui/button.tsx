import { Lock } from 'lucide-react'
import { type ComponentProps, type ReactNode, useId } from 'react'
import { cn } from '../cn'
import { type ButtonSize, type ButtonVariant, buttonStyle } from './button-style'
import { DisabledReason } from './disabled-reason'
import { Spinner } from './spinner'

type ButtonProps = Omit<ComponentProps<'button'>, 'disabled'> & {
  variant?: ButtonVariant
  size?: ButtonSize
  icon?: ReactNode
  /** Pressed and at work: spinner, no second press. Give the word of what runs ("Pausing…"). */
  isPending?: boolean
  /** Why it cannot be pressed, from the rule that forbids it. The button stays focusable. */
  disabledReason?: string | null
  /** Where the reason stands. `none` when the caller shows a DisabledReason with the id `reasonId`. */
  reasonPlacement?: 'under' | 'beside' | 'none'
  reasonId?: string
  /** Only an icon; `aria-label` names it. */
  isIconOnly?: boolean
}

/** A button: verb and object or count. With `disabledReason` it says why it is closed instead of only greying out. */
export function Button({
  variant,
  size,
  icon,
  isPending = false,
  disabledReason,
  reasonPlacement = 'under',
  reasonId,
  isIconOnly = false,
  className,
  children,
  onClick,
  type = 'button',
  ...rest
}: ButtonProps) {
  const ownReasonId = useId()
  const isDisabled = Boolean(disabledReason)
  const isClosed = isDisabled || isPending
  const describedBy = isDisabled ? (reasonId ?? ownReasonId) : undefined
  const button = (
    <button
      aria-describedby={describedBy}
      {...rest}
      // A closed submit button would still submit its form by the Enter key, so it becomes a plain button.
      type={isClosed ? 'button' : type}
      onClick={isClosed ? undefined : onClick}
      aria-disabled={isClosed || undefined}
      aria-busy={isPending || undefined}
      className={cn(buttonStyle({ variant, size, isIconOnly, isDisabled, isPending }), className)}
    >
      {isPending ? <Spinner /> : isDisabled ? <Lock size={14} aria-hidden /> : icon}
      {children}
    </button>
  )
  if (!isDisabled || reasonPlacement === 'none') return button
  return (
    <span
      className={cn(
        'inline-flex gap-x-3 gap-y-1.5',
        reasonPlacement === 'under' ? 'flex-col items-start' : 'items-center',
      )}
    >
      {button}
      <DisabledReason id={describedBy}>{disabledReason}</DisabledReason>
    </span>
  )
}
