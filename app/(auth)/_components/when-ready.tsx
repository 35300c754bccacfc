'use client'
import { type ReactNode, useSyncExternalStore } from 'react'

const never = () => () => {}

/**
 * Buttons that wait for the page's scripts, without looking other: pressed before, they would load the page anew and lose what was typed.
 */
export function WhenReady({ children }: { children: ReactNode }) {
  const isReady = useSyncExternalStore(
    never,
    () => true,
    () => false,
  )
  return (
    <fieldset disabled={!isReady} className="contents">
      {children}
    </fieldset>
  )
}
