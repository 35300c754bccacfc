import { pino } from 'pino'
import { z } from 'zod'
import { listenChannel } from '../access.ts'
import { LiveStream, type LiveStreamOptions } from './live-stream.ts'
import { type ChangeNotice, changesChannel } from './rules.ts'

const log = pino({ name: 'live' })
const noticeSchema = z.object({
  mspId: z.string(),
  clientId: z.string().nullable(),
  topic: z.string(),
  ids: z.array(z.string()),
})

interface Hub {
  /** Each with the session that it belongs to. */
  streams: Map<LiveStream, string>
  isListening: boolean
  /** The process was told to stop: open streams end, and a new one would hold it up. */
  isStopping: boolean
}
// Next bundles server code more than once; a process listens once, where every copy finds it.
const shared = globalThis as { patchwardLive?: Hub }
shared.patchwardLive ??= { streams: new Map(), isListening: false, isStopping: false }
const hub = shared.patchwardLive

export const isStopping = (): boolean => hub.isStopping

/**
 * Opens a browser's stream; the first one makes this process listen. Ends with the process, so that it can stop, and with its session:
 * at once where that ends in this process, at the stream's next look at its owner's rights elsewhere.
 */
export function openLiveStream(session: { tokenHash: string }, options: LiveStreamOptions): LiveStream {
  listen()
  const stream = new LiveStream({
    ...options,
    onEnd: () => {
      hub.streams.delete(stream)
      options.onEnd()
    },
  })
  hub.streams.set(stream, session.tokenHash)
  return stream
}

/** Hands a notice to every stream; each decides what its owner may hear. */
export function announce(notice: ChangeNotice): void {
  for (const stream of hub.streams.keys()) stream.offer(notice)
}

export function endLiveStreams(): void {
  for (const stream of [...hub.streams.keys()]) stream.end()
}

/** The session is over: what its browser still listens to here ends with it. */
export function endStreamsOf(session: { tokenHash: string }): void {
  for (const [stream, tokenHash] of [...hub.streams]) if (tokenHash === session.tokenHash) stream.end()
}

function listen(): void {
  if (hub.isListening) return
  hub.isListening = true
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      hub.isStopping = true
      endLiveStreams()
    })
  }
  let isFirst = true
  const onReady = () => {
    // What was announced while the connection was gone is lost: everybody reads anew.
    if (!isFirst) for (const stream of hub.streams.keys()) stream.resync()
    isFirst = false
  }
  listenChannel(changesChannel, hear, onReady).catch((error: unknown) => {
    // The driver goes on trying by itself; `onReady` says when it got through.
    isFirst = false
    log.warn({ err: error }, 'not listening for changes yet')
  })
}

function hear(payload: string): void {
  const notice = noticeSchema.safeParse(parse(payload))
  if (notice.success) announce(notice.data)
  else log.error('a change notice that nobody here understands')
}

function parse(payload: string): unknown {
  try {
    return JSON.parse(payload)
  } catch {
    return undefined
  }
}
