'use client'
import { usePathname, useSearchParams } from 'next/navigation'
import { useCallback, useEffect, useSyncExternalStore } from 'react'
import { scopeOf } from './scope-href'

type Scope = {
  /** The chosen client; null is all. */
  client: string | null
  /** The page shows more than the chosen client. */
  isWider: boolean
  choose: (client: string | null) => void
}

const changed = 'patchward:scope'
const keyOf = (msp: string) => `${changed}:${msp}`

/** The client that a person has chosen: what the URL says, and on pages that cannot be narrowed the last choice in this tab. */
export function useScope(msp: string, clients: readonly { id: string }[]): Scope {
  const said = scopeOf(msp, usePathname(), useSearchParams())
  const kept = useSyncExternalStore(
    watch,
    () => sessionStorage.getItem(keyOf(msp)),
    () => null,
  )
  const choose = useCallback(
    (client: string | null) => {
      if (client === null) sessionStorage.removeItem(keyOf(msp))
      else sessionStorage.setItem(keyOf(msp), client)
      window.dispatchEvent(new Event(changed))
    },
    [msp],
  )
  useEffect(() => {
    if (said.isNarrowable) choose(said.client)
  }, [said.isNarrowable, said.client, choose])
  const client = said.isNarrowable ? said.client : kept
  const isKnown = clients.some((one) => one.id === client)
  return { client: isKnown ? client : null, isWider: isKnown && said.isWhole, choose }
}

function watch(onChange: () => void): () => void {
  window.addEventListener(changed, onChange)
  return () => window.removeEventListener(changed, onChange)
}
