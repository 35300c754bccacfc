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

interface StreamOwner {
  /** The session that it belongs to. */
  tokenHash: string
  mspId: string
  userId: string
}

interface Hub {
  /** Each with whose it is. */
  streams: Map<LiveStream, StreamOwner>
  isListening: boolean
  /** When the listening connection last came (ms since 1970); null until it first did. */
  hearsSince: number | null
  /** When each MSP's last notice came (ms since 1970). */
  lastNotices: Map<string, number>
  /** The process was told to stop: open streams end, and a new one would hold it up. */
  isStopping: boolean
}
// Next bundles server code more than once; a process listens once, where every copy finds it.
const shared = globalThis as { patchwardLive?: Hub }
shared.patchwardLive ??= {
  streams: new Map(),
  isListening: false,
  hearsSince: null,
  lastNotices: new Map(),
  isStopping: false,
}
const hub = shared.patchwardLive

/** What the way from the browser to us may take off a page's age. */
const onTheWayMs = 10_000

export const isStopping = (): boolean => hub.isStopping

/**
 * Opens a browser's stream; the first one makes this process listen. Ends with the process, so that it can stop, and with its session:
 * at once where that ends in this process, at the stream's next look at its owner's rights elsewhere. `ageMs`: how long ago what the browser shows was asked for; when something
 * changed since, or nobody can say, it reads everything anew.
 */
export function openLiveStream(
  session: { tokenHash: string; userId: string },
  options: LiveStreamOptions,
  ageMs = 0,
): LiveStream {
  listen()
  const stream = new LiveStream({
    ...options,
    onEnd: () => {
      hub.streams.delete(stream)
      options.onEnd()
    },
  })
  const { tokenHash, userId } = session
  const { mspId } = options.scope
  hub.streams.set(stream, { tokenHash, userId, mspId })
  if (ageMs > 0 && mayHaveMissed(mspId, Date.now() - ageMs - onTheWayMs)) stream.resync()
  return stream
}

/** Hands a notice to every stream; each decides what its owner may hear, and looks first whether that has just changed. */
export function announce(notice: ChangeNotice): void {
  hub.lastNotices.set(notice.mspId, Date.now())
  for (const [stream, { mspId }] of [...hub.streams]) {
    if (notice.topic === 'member' && notice.mspId === mspId) void stream.recheck()
    stream.offer(notice)
  }
}

/** Before the connection first came the answer is left to `onReady`. */
function mayHaveMissed(mspId: string, sinceMs: number): boolean {
  if (hub.hearsSince === null) return false
  return hub.hearsSince > sinceMs || (hub.lastNotices.get(mspId) ?? 0) >= sinceMs
}

export function endLiveStreams(): void {
  for (const stream of [...hub.streams.keys()]) stream.end()
}

/** The session is over: what its browser still listens to here ends with it. */
export function endStreamsOf(session: { tokenHash: string }): void {
  endWhere((owner) => owner.tokenHash === session.tokenHash)
}

/** The person may do less in this MSP than they might: their browsers come again, with the rights they have now. */
export function endStreamsOfMember(member: { mspId: string; userId: string }): void {
  endWhere((owner) => owner.mspId === member.mspId && owner.userId === member.userId)
}

function endWhere(isMeant: (owner: StreamOwner) => boolean): void {
  for (const [stream, owner] of [...hub.streams]) if (isMeant(owner)) stream.end()
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
  const onReady = () => {
    // What was announced while the connection was not there is lost: everybody reads anew.
    hub.hearsSince = Date.now()
    for (const stream of hub.streams.keys()) stream.resync()
  }
  listenChannel(changesChannel, hear, onReady).catch((error: unknown) => {
    // The driver goes on trying by itself; `onReady` says when it got through.
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
