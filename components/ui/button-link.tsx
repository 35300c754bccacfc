import { Link } from '../link'
import type { ComponentProps, ReactNode } from 'react'
import { cn } from '../cn'
import { type ButtonSize, type ButtonVariant, buttonStyle } from './button-style'

type ButtonLinkProps = ComponentProps<typeof Link> & { variant?: ButtonVariant; size?: ButtonSize; icon?: ReactNode }

/** A link that looks like a button: it names where it goes. */
export function ButtonLink({ variant, size, icon, className, children, ...rest }: ButtonLinkProps) {
  return (
    <Link {...rest} className={cn(buttonStyle({ variant, size }), className)}>
      {icon}
      {children}
    </Link>
  )
}
