import { Search } from 'lucide-react'
import type { ComponentProps } from 'react'
import { cn } from '../cn'
import { inputStyle } from './input-style'
import { KeyCap } from './key-cap'

type SearchFieldProps = Omit<ComponentProps<'input'>, 'type'> & {
  /** What can be found, e.g. "Host name"; also the accessible name. */
  label: string
  /** The shortcut that leads here, e.g. "⌘K". */
  keyHint?: string
}

/** A field that finds; works in a plain GET form too. */
export function SearchField({ label, keyHint, className, ...rest }: SearchFieldProps) {
  return (
    <span className={cn('relative inline-flex w-full items-center', className)}>
      <Search size={14} aria-hidden className="pointer-events-none absolute left-2.5 text-text-2" />
      <input
        {...rest}
        type="search"
        aria-label={label}
        placeholder={rest.placeholder ?? label}
        className={cn(
          inputStyle,
          'h-[30px] pl-8 max-wide:h-11 [&::-webkit-search-cancel-button]:hidden',
          keyHint && 'pr-12',
        )}
      />
      {keyHint ? (
        <span aria-hidden className="pointer-events-none absolute right-2 flex">
          <KeyCap>{keyHint}</KeyCap>
        </span>
      ) : null}
    </span>
  )
}
