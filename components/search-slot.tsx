'use client'
import { createContext, type ReactNode, use } from 'react'

type Search = {
  /** The field of the top bar. */
  wide: ReactNode
  /** Below 900 px in its place: a button of 44 px. */
  narrow: ReactNode
}

const SearchContext = createContext<Search | null>(null)

/** Gives every top bar below it the same way to search. */
export function SearchProvider({ wide, narrow, children }: Search & { children: ReactNode }) {
  return <SearchContext value={{ wide, narrow }}>{children}</SearchContext>
}

/** Where a top bar shows it; nothing without a provider. */
export function SearchSlot({ place }: { place: keyof Search }) {
  return use(SearchContext)?.[place] ?? null
}
