'use client'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { type ReactNode, useCallback, useEffect, useState } from 'react'
import { useMsp, useTrpc } from '@/app/_trpc/client'
import { errorCodeOf } from '@/app/_trpc/query-client'
import { SearchDialog } from '@/components/search-dialog'
import { SearchProvider } from '@/components/search-slot'
import { Button } from '@/components/ui/button'
import { SearchButton, SearchIconButton } from '@/components/ui/search-button'
import { SkeletonRows } from '@/components/ui/skeleton'
import { searchGroups } from './search-groups'
import { plainSearch, spokenResult } from './search-words'

const label = 'Find a device, patch or client'
const shortcuts = 'Meta+K Control+K /'
/** A pause in typing this long asks the server. */
const pauseMs = 150

/** The search in every top bar of the console, and the keys that open it: `/` outside of fields, Cmd-K or Ctrl-K anywhere. */
export function GlobalSearch({ children }: { children: ReactNode }) {
  const [isOpen, setIsOpen] = useState(false)
  // Each opening begins anew, with nothing of the one before.
  const [openings, setOpenings] = useState(0)
  const open = useCallback(() => {
    setOpenings((count) => count + 1)
    setIsOpen(true)
  }, [])
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!isSearchKey(event) || document.querySelector(floating)) return
      event.preventDefault()
      open()
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [open])
  return (
    <SearchProvider
      wide={<SearchButton label={label} shortcuts={shortcuts} onClick={open} />}
      narrow={<SearchIconButton shortcuts={shortcuts} onClick={open} />}
    >
      {children}
      <Search key={openings} isOpen={isOpen} onOpenChange={setIsOpen} />
    </SearchProvider>
  )
}

/** What already floats above the page keeps the keyboard. */
const floating = '[role=dialog], [role=alertdialog], [role=menu], [role=listbox]'
const typing = 'input, textarea, select, [contenteditable]'

function isSearchKey(event: KeyboardEvent): boolean {
  if (event.altKey || event.isComposing) return false
  const isCommand = event.metaKey || event.ctrlKey
  if (event.key.toLowerCase() === 'k') return isCommand && !event.shiftKey
  if (event.key !== '/' || isCommand) return false
  return !(event.target instanceof Element && event.target.closest(typing))
}

function Search({ isOpen, onOpenChange }: { isOpen: boolean; onOpenChange: (isOpen: boolean) => void }) {
  const { slug } = useMsp()
  const trpc = useTrpc()
  const [typed, setTyped] = useState('')
  const text = plainSearch(typed)
  const asked = usePaused(text)
  const { data, error, isFetching, isPlaceholderData, refetch } = useQuery({
    ...trpc.search.everything.queryOptions({ text: asked }),
    enabled: isOpen && asked !== '',
    placeholderData: keepPreviousData,
    staleTime: 5_000,
    // A person waits: it says at once what broke, and that person tries again.
    retry: false,
  })
  const found = text !== '' && !error ? data : undefined
  const isSettled = text === asked && !isFetching && !isPlaceholderData
  const groups = found ? searchGroups(slug, asked, found) : []
  return (
    <SearchDialog
      isOpen={isOpen}
      onOpenChange={onOpenChange}
      label={label}
      text={typed}
      onTextChange={setTyped}
      groups={groups}
      isSettled={isSettled}
      spoken={found ? spokenResult(found) : ''}
    >
      {text === '' ? (
        <Hint />
      ) : error ? (
        <div role="alert" className="flex flex-wrap items-center justify-between gap-3">
          <p>Not searched: {errorCodeOf(error) ? error.message : 'the connection broke.'}</p>
          <Button
            size="sm"
            isPending={isFetching}
            onClick={(event) => {
              // This button goes with the failure: the focus does not go with it.
              event.currentTarget.closest('[role=dialog]')?.querySelector('input')?.focus()
              refetch()
            }}
          >
            Try again
          </Button>
        </div>
      ) : groups.length > 0 ? null : isSettled ? (
        <>
          <p className="font-key text-text">Nothing here is called “{text}”</p>
          <p className="pt-0.5 text-detail text-text-3">{kinds}</p>
        </>
      ) : (
        <SkeletonRows count={3} columns={2} label="Searching" />
      )}
    </SearchDialog>
  )
}

const kinds = 'Clients, host names, patches with their version, and rollouts by number or title are searched.'

function Hint() {
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-1 text-detail text-text-3">
      <span>A part of a name is enough; of a rollout the number too.</span>
      <span className="max-wide:hidden">↑ and ↓ choose, Enter opens, Esc closes</span>
    </div>
  )
}

/** The text as it was when typing last paused. */
function usePaused(text: string): string {
  const [paused, setPaused] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => setPaused(text), text === '' ? 0 : pauseMs)
    return () => clearTimeout(timer)
  }, [text])
  return paused
}
