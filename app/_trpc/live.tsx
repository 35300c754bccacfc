'use client'
import { useQueryClient } from '@tanstack/react-query'
import { createContext, type ReactNode, use, useEffect, useState } from 'react'
import type { Topic } from '@/server/audit/record-audit'
import { paths } from '@/server/paths'
import { connectLive, type LiveState } from './live-connection'
import { isTouched } from './live-queries'

const everyMs = 1_000

/** The topics that views of this tab want, how many of them each. */
class Wanted {
  private readonly counts = new Map<string, number>()
  add(topics: readonly Topic[], by: 1 | -1) {
    for (const topic of topics) this.counts.set(topic, (this.counts.get(topic) ?? 0) + by)
  }
  has(topic: string): boolean {
    return (this.counts.get(topic) ?? 0) > 0
  }
}

interface Live {
  wanted: Wanted
  state: LiveState
}
const LiveContext = createContext<Live | null>(null)

function useLiveContext(): Live {
  const live = use(LiveContext)
  if (!live) throw new Error('the live stream stands below /m/[msp] only')
  return live
}

/** While this view is on the page, changes of these topics make its queries refetch, at most once a second. */
export function useLive(topics: readonly Topic[]): void {
  const { wanted } = useLiveContext()
  const key = topics.join(' ')
  useEffect(() => {
    // The same words, split again: an array made anew by each render would subscribe anew.
    const list = key.split(' ') as Topic[]
    wanted.add(list, 1)
    return () => wanted.add(list, -1)
  }, [wanted, key])
}

/** Whether changes arrive by themselves just now. */
export const useLiveState = (): LiveState => useLiveContext().state

/** The browser's one stream of an MSP; its changes mark queries stale, and those on the page refetch under their own rights. */
export function LiveProvider({ slug, userId, children }: { slug: string; userId: string; children: ReactNode }) {
  const queryClient = useQueryClient()
  const [wanted] = useState(() => new Wanted())
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
        if (!wanted.has(topic)) return
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
  }, [queryClient, wanted, slug, userId])
  return <LiveContext value={{ wanted, state }}>{children}</LiveContext>
}
