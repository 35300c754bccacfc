'use client'
import { Dialog as BaseDialog } from '@base-ui/react/dialog'
import { Search, X } from 'lucide-react'
import { type KeyboardEvent, type ReactNode, type RefObject, useEffect, useId, useRef, useState } from 'react'
import { cn } from './cn'
import { Link } from './link'
import { buttonStyle } from './ui/button-style'
import { floatingItemStyle } from './ui/floating-style'
import { KeyCap } from './ui/key-cap'

export type SearchOption = {
  key: string
  href: string
  icon: ReactNode
  label: string
  /** The label was named by a machine. */
  isMono?: boolean
  /** Whose it is, how it stands. */
  detail?: ReactNode
}
export type SearchGroup = { name: string; options: readonly SearchOption[] }

type SearchDialogProps = {
  isOpen: boolean
  onOpenChange: (isOpen: boolean) => void
  /** What can be found; names dialog and field. */
  label: string
  text: string
  onTextChange: (text: string) => void
  /** What was found, kind by kind. */
  groups: readonly SearchGroup[]
  /** `groups` are those of `text`. While they are not, Enter waits for them. */
  isSettled: boolean
  /** What screen readers hear of the result. */
  spoken: string
  /** In place of groups: how to begin, that nothing was found, what broke. */
  children?: ReactNode
}

/** A field over a list of what it finds: arrows choose, Enter opens, Escape closes and gives the focus back. */
export function SearchDialog({ isOpen, onOpenChange, label, ...field }: SearchDialogProps) {
  const input = useRef<HTMLInputElement>(null)
  return (
    <BaseDialog.Root open={isOpen} onOpenChange={(next) => onOpenChange(next)}>
      <BaseDialog.Portal>
        <BaseDialog.Backdrop className="fixed inset-0 z-40 bg-scrim transition-opacity duration-[160ms] data-ending-style:opacity-0 data-starting-style:opacity-0" />
        <BaseDialog.Viewport className="fixed inset-0 z-50 flex items-start justify-center p-4 pt-[12dvh] max-wide:p-0">
          <BaseDialog.Popup
            initialFocus={input}
            className="flex max-h-[76dvh] w-full max-w-[600px] flex-col overflow-hidden rounded-dialog bg-raised text-text shadow-float outline-none transition-[opacity,transform] duration-[160ms] data-ending-style:scale-[0.98] data-starting-style:scale-[0.98] data-ending-style:opacity-0 data-starting-style:opacity-0 max-wide:h-dvh max-wide:max-h-none max-wide:max-w-none max-wide:rounded-none"
          >
            <BaseDialog.Title className="sr-only">{label}</BaseDialog.Title>
            <Finder {...field} label={label} inputRef={input} close={() => onOpenChange(false)} />
          </BaseDialog.Popup>
        </BaseDialog.Viewport>
      </BaseDialog.Portal>
    </BaseDialog.Root>
  )
}

type FinderProps = Omit<SearchDialogProps, 'isOpen' | 'onOpenChange'> & {
  inputRef: RefObject<HTMLInputElement | null>
  close: () => void
}

function Finder({ label, text, onTextChange, groups, isSettled, spoken, children, inputRef, close }: FinderProps) {
  const id = useId()
  const options = groups.flatMap((group) => group.options)
  const { active, choose } = useActive(options)
  const idOf = (option: SearchOption) => `${id}-${option.key}`
  const elementOf = (option: SearchOption) => document.getElementById(idOf(option))
  const isWaiting = useRef(false)

  const open = (option: SearchOption | undefined, keys: { ctrlKey: boolean; metaKey: boolean; shiftKey: boolean }) => {
    // As a click on the link, so that the modifiers of links work here too.
    if (option) elementOf(option)?.dispatchEvent(new MouseEvent('click', { ...keys, bubbles: true, cancelable: true }))
  }
  const first = options[0]
  useEffect(() => {
    if (!isWaiting.current || !isSettled) return
    isWaiting.current = false
    if (first) document.getElementById(`${id}-${first.key}`)?.click()
  }, [isSettled, first, id])

  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step !== 0 && options.length > 0) {
      event.preventDefault()
      const place = active ? options.indexOf(active) : -1
      const next = options[(place + step + options.length) % options.length]
      if (next) {
        choose(next)
        elementOf(next)?.scrollIntoView({ block: 'nearest' })
      }
    }
    // While letters are put together (Japanese, accents), Enter ends that and opens nothing.
    if (event.key === 'Enter' && !event.nativeEvent.isComposing) {
      event.preventDefault()
      if (isSettled) open(active, event)
      else isWaiting.current = true
    }
  }

  return (
    <>
      <div className="flex items-center gap-2 border-line border-b pr-2 pl-4">
        <Search size={16} aria-hidden className="shrink-0 text-text-2" />
        <input
          ref={inputRef}
          role="combobox"
          aria-label={label}
          aria-autocomplete="list"
          aria-expanded={options.length > 0}
          aria-controls={options.length > 0 ? id : undefined}
          aria-activedescendant={active ? idOf(active) : undefined}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          enterKeyHint="go"
          maxLength={100}
          placeholder={label}
          value={text}
          onChange={(event) => {
            isWaiting.current = false
            onTextChange(event.target.value)
          }}
          onKeyDown={onKeyDown}
          className="my-1.5 h-9 min-w-0 flex-1 rounded-control bg-transparent px-2 text-lead max-wide:h-11 max-wide:text-[1rem]"
        />
        <BaseDialog.Close className={cn(buttonStyle({ variant: 'ghost', size: 'sm' }), 'max-wide:w-11 max-wide:px-0')}>
          <span className="sr-only">Close</span>
          <span className="flex max-wide:hidden">
            <KeyCap>Esc</KeyCap>
          </span>
          <X size={20} aria-hidden className="wide:hidden" />
        </BaseDialog.Close>
      </div>
      <p role="status" className="sr-only">
        {isSettled ? spoken : ''}
      </p>
      {options.length > 0 ? (
        <div
          id={id}
          role="listbox"
          aria-label="Found"
          className="min-h-0 flex-1 overflow-y-auto overscroll-contain p-2"
        >
          {groups.map((group) => (
            // biome-ignore lint/a11y/useSemanticElements: a listbox may hold groups of options, and no fieldset
            <div key={group.name} role="group" aria-label={group.name} className="pb-2 last:pb-0">
              <div aria-hidden className="px-2.5 pt-1 pb-1 font-head text-detail text-text-3">
                {group.name}
              </div>
              {group.options.map((option) => (
                <Option
                  key={option.key}
                  id={idOf(option)}
                  option={option}
                  isActive={option === active}
                  onPoint={() => choose(option)}
                  onOpen={close}
                />
              ))}
            </div>
          ))}
        </div>
      ) : null}
      {children ? <div className="px-4 py-4 text-body text-text-2">{children}</div> : null}
    </>
  )
}

/** The first is active until another one is chosen; what is found anew begins at the first again. */
function useActive(options: readonly SearchOption[]) {
  const [chosen, setChosen] = useState<{ key: string; among: string } | null>(null)
  const among = options.map((option) => option.key).join(' ')
  const kept = chosen?.among === among ? options.find((option) => option.key === chosen.key) : undefined
  return { active: kept ?? options[0], choose: (option: SearchOption) => setChosen({ key: option.key, among }) }
}

type OptionProps = { id: string; option: SearchOption; isActive: boolean; onPoint: () => void; onOpen: () => void }

function Option({ id, option, isActive, onPoint, onOpen }: OptionProps) {
  return (
    <Link
      id={id}
      role="option"
      aria-selected={isActive}
      tabIndex={-1}
      href={option.href}
      data-highlighted={isActive || undefined}
      onMouseMove={isActive ? undefined : onPoint}
      onClick={(event) => {
        if (!event.metaKey && !event.ctrlKey && !event.shiftKey) onOpen()
      }}
      className={cn(
        floatingItemStyle,
        'cursor-pointer scroll-my-8 data-highlighted:bg-accent-soft data-highlighted:shadow-[inset_2px_0_0_var(--accent)]',
      )}
    >
      <span className="flex text-text-3">{option.icon}</span>
      <span className="flex min-w-0 flex-1 items-center justify-between gap-x-4 max-wide:block max-wide:py-1">
        <span className={cn('block min-w-0 truncate', option.isMono && 'mono')}>{option.label}</span>
        {option.detail ? (
          <span className="block max-w-[60%] shrink-0 truncate text-detail text-text-3 max-wide:max-w-none">
            {option.detail}
          </span>
        ) : null}
      </span>
    </Link>
  )
}
