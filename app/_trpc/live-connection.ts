/** What the stream says: a topic changed, and which things (empty = many). */
export interface LiveChange {
  topic: string
  ids: string[]
}
export type LiveState = 'connecting' | 'live' | 'reconnecting'
type Message =
  | { kind: 'change'; change: LiveChange }
  | { kind: 'state'; state: LiveState; isAnew: boolean }
  | { kind: 'who-leads'; shownSince: number }

export interface LiveListener {
  onChange(change: LiveChange): void
  /** `isAnew`: the stream began again, so changes may have been missed. */
  onState(state: LiveState, isAnew: boolean): void
}

/** The server says something at least every 20 s; after this silence the stream counts as dead. */
const silentMs = 50_000
const retryMs = 5_000

/** What the page shows was asked for then at the earliest, in ms since 1970: the same clock in every tab. */
const shownSince = () => Math.floor(performance.timeOrigin)

/**
 * One stream for all tabs of a browser: the tab that holds the lock opens it and passes on what it hears; when that tab closes, the
 * lock goes to the next. Where Web Locks are missing each tab opens its own. Answers how to stop.
 */
export function connectLive(url: string, name: string, listener: LiveListener): () => void {
  const stop = new AbortController()
  if (!('locks' in navigator) || typeof BroadcastChannel === 'undefined') {
    openStream(url, listener, stop.signal)
    return () => stop.abort()
  }
  const channel = new BroadcastChannel(name)
  let isLeader = false
  let hasHeardLeader = false
  let state: LiveState = 'connecting'
  let lastHeardAt = 0
  const tell = (message: Message) => channel.postMessage(message)
  channel.onmessage = ({ data }: MessageEvent<Message>) => {
    if (data.kind !== 'who-leads') hasHeardLeader = true
    switch (data.kind) {
      case 'change':
        return listener.onChange(data.change)
      case 'state':
        return listener.onState(data.state, data.isAnew)
      case 'who-leads':
        if (isLeader) tell({ kind: 'state', state, isAnew: lastHeardAt >= data.shownSince })
    }
  }
  tell({ kind: 'who-leads', shownSince: shownSince() })
  const lead = async () => {
    // Stopped between the grant and this call: holding the lock now would lock every tab out.
    if (stop.signal.aborted) return
    isLeader = true
    const toAll: LiveListener = {
      onChange(change) {
        lastHeardAt = Date.now()
        listener.onChange(change)
        tell({ kind: 'change', change })
      },
      onState(next, isAnew) {
        state = next
        listener.onState(next, isAnew)
        tell({ kind: 'state', state, isAnew })
      },
    }
    openStream(url, toAll, stop.signal, hasHeardLeader)
    await new Promise<void>((resolve) => stop.signal.addEventListener('abort', () => resolve()))
  }
  navigator.locks.request(name, { signal: stop.signal }, lead).catch((error: unknown) => {
    // Stopped while it waited for the lock.
    if (!stop.signal.aborted) throw error
  })
  stop.signal.addEventListener('abort', () => channel.close())
  return () => stop.abort()
}

/**
 * Keeps one EventSource open: the browser reconnects after a break, we after a refusal or a silence. `wasOpen`: another tab had a
 * stream before this one, so changes may have been missed in between.
 */
function openStream(url: string, listener: LiveListener, signal: AbortSignal, wasOpen = false): void {
  let source: EventSource | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  const again = (afterMs: number) => {
    clearTimeout(timer)
    timer = setTimeout(open, afterMs)
  }
  const heard = () => again(silentMs)
  function open() {
    source?.close()
    if (signal.aborted) return
    source = new EventSource(`${url}?age=${Date.now() - shownSince()}`)
    heard()
    source.onopen = () => {
      listener.onState('live', wasOpen)
      wasOpen = true
      heard()
    }
    source.onerror = () => {
      listener.onState('reconnecting', false)
      if (source?.readyState !== EventSource.CLOSED) return
      // Refused: perhaps the session is over. A refetch asks, and leads to the sign-in page if so.
      if (wasOpen) listener.onState('reconnecting', true)
      again(retryMs)
    }
    source.addEventListener('ping', heard)
    // Something changed since the page was asked for, or the server may have missed changes itself.
    source.addEventListener('resync', () => listener.onState('live', true))
    source.addEventListener('change', (event: MessageEvent<string>) => {
      heard()
      // Our own server's words, see server/live/live-stream.ts.
      const change = JSON.parse(event.data) as LiveChange
      listener.onChange(change)
    })
  }
  open()
  signal.addEventListener('abort', () => {
    clearTimeout(timer)
    source?.close()
  })
}
