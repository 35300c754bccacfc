'use client'
import { Search } from 'lucide-react'
import { useSyncExternalStore } from 'react'
import { cn } from '../cn'
import { buttonStyle } from './button-style'
import { inputStyle } from './input-style'
import { KeyCap } from './key-cap'

type SearchButtonProps = {
  /** What can be found, e.g. "Find a device, patch or client". */
  label: string
  /** As `aria-keyshortcuts` writes them. */
  shortcuts: string
  onClick: () => void
}

const never = () => () => {}
const isApple = () => /Mac|iPhone|iPad/.test(navigator.userAgent)

/** Looks like a field and opens the search. */
export function SearchButton({ label, shortcuts, onClick }: SearchButtonProps) {
  const hint = useSyncExternalStore(
    never,
    () => (isApple() ? '⌘K' : 'Ctrl K'),
    () => 'Ctrl K',
  )
  return (
    <button
      type="button"
      onClick={onClick}
      aria-haspopup="dialog"
      aria-keyshortcuts={shortcuts}
      className={cn(inputStyle, 'flex h-[30px] cursor-text items-center gap-2 read-only:bg-canvas hover:bg-hover')}
    >
      <Search size={14} aria-hidden className="text-text-2" />
      <span className="min-w-0 flex-1 truncate text-left text-text-3">{label}</span>
      <span aria-hidden className="flex">
        <KeyCap>{hint}</KeyCap>
      </span>
    </button>
  )
}

/** The same below 900 px: 44 px and a glass. */
export function SearchIconButton({ shortcuts, onClick }: Omit<SearchButtonProps, 'label'>) {
  return (
    <button
      type="button"
      onClick={onClick}
      aria-label="Search"
      aria-haspopup="dialog"
      aria-keyshortcuts={shortcuts}
      className={buttonStyle({ variant: 'ghost', size: 'touch', isIconOnly: true })}
    >
      <Search size={20} aria-hidden />
    </button>
  )
}
