'use client'
import { useQueryClient } from '@tanstack/react-query'
import { createContext, type ReactNode, use, useEffect, useState } from 'react'
import { paths } from '@/server/paths'
import { connectLive, type LiveState } from './live-connection'
import { isTouched } from './live-queries'

const everyMs = 1_000

const LiveContext = createContext<LiveState | null>(null)

/** Whether changes arrive by themselves just now. */
export function useLiveState(): LiveState {
  const state = use(LiveContext)
  if (!state) throw new Error('the live stream stands below /m/[msp] only')
  return state
}

/**
 * The browser's one stream of an MSP. A change marks the queries that it touches stale (`live-queries.ts` is the one place that says which);
 * those on the page refetch under their own rights, at most once a second, the others when somebody comes to them.
 */
export function LiveProvider({ slug, userId, children }: { slug: string; userId: string; children: ReactNode }) {
  const queryClient = useQueryClient()
  const [state, setState] = useState<LiveState>('connecting')
  useEffect(() => {
    const changed = new Set<string>()
    let timer: ReturnType<typeof setTimeout> | undefined
    const refetch = () => {
      timer = undefined
      if (changed.size === 0) return
      const topics = [...changed]
      changed.clear()
      timer = setTimeout(refetch, everyMs)
      queryClient.invalidateQueries({ predicate: (query) => isTouched(query, topics) }, { cancelRefetch: false })
    }
    const stop = connectLive(paths.events(slug), `patchward ${slug} ${userId}`, {
      onChange({ topic }) {
        changed.add(topic)
        // The first change shows at once; more of them wait for the end of the second.
        if (!timer) refetch()
      },
      onState(next, isAnew) {
        setState(next)
        if (isAnew) queryClient.invalidateQueries()
      },
    })
    return () => {
      clearTimeout(timer)
      stop()
    }
  }, [queryClient, slug, userId])
  return <LiveContext value={state}>{children}</LiveContext>
}
