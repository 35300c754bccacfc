import { type ChangeNotice, compareScopes, type LiveScope, visibleChange } from './rules.ts'

export const pingEveryMs = 20_000
export const recheckEveryMs = 60_000
/** A browser hears of a topic at most once in this time; what comes meanwhile is told together. */
const everyMs = 1_000
/** Above this many ids it is told "many". */
const maxIds = 50

export interface LiveStreamOptions {
  scope: LiveScope
  /** Reads session and membership fresh; null when the person may not listen any more. */
  recheck: () => Promise<LiveScope | null>
  write: (text: string) => void
  onEnd: () => void
}

/** One browser's stream: says what changed, a ping now and then, and asks every minute whether its owner may still hear it. */
export class LiveStream {
  private scope: LiveScope
  private readonly options: LiveStreamOptions
  /** Per topic, from its last message on for a second: the ids to tell at the end of it; null = many. */
  private readonly gathered = new Map<string, { ids: Set<string> | null; hasNews: boolean }>()
  private readonly timers = new Set<NodeJS.Timeout>()
  private isOver = false

  constructor(options: LiveStreamOptions) {
    this.options = options
    this.scope = options.scope
    this.say('retry: 2000\n\n')
    this.send('ping', {})
    this.timers.add(setInterval(() => this.send('ping', {}), pingEveryMs))
    this.timers.add(setInterval(() => void this.recheck(), recheckEveryMs))
  }

  offer(notice: ChangeNotice): void {
    const change = visibleChange(notice, this.scope)
    if (!change || this.isOver) return
    const waiting = this.gathered.get(change.topic)
    if (!waiting) {
      this.send('change', change)
      this.gather(change.topic)
      return
    }
    waiting.hasNews = true
    if (change.ids.length === 0) waiting.ids = null
    for (const id of change.ids) waiting.ids?.add(id)
    if (waiting.ids && waiting.ids.size > maxIds) waiting.ids = null
  }

  /** Notices may have been missed: the browser reads everything on its page anew. */
  resync(): void {
    this.send('resync', {})
  }

  end(): void {
    if (this.isOver) return
    this.isOver = true
    for (const timer of this.timers) clearTimeout(timer)
    this.options.onEnd()
  }

  private gather(topic: string): void {
    this.gathered.set(topic, { ids: new Set(), hasNews: false })
    const timer = setTimeout(() => {
      this.timers.delete(timer)
      const gathered = this.gathered.get(topic)
      this.gathered.delete(topic)
      if (!gathered?.hasNews) return
      this.send('change', { topic, ids: [...(gathered.ids ?? [])] })
      this.gather(topic)
    }, everyMs)
    this.timers.add(timer)
  }

  /** Asks now whether its owner may still hear it, and of which clients. */
  async recheck(): Promise<void> {
    // Without an answer nobody knows that they may: the stream ends and the browser comes again.
    const now = await this.options.recheck().catch(() => null)
    const verdict = compareScopes(this.scope, now)
    if (verdict === 'over' || !now) return this.end()
    this.scope = now
    if (verdict === 'same') return
    // What waits to be told was seen with other eyes; the browser reads everything anew.
    for (const waiting of this.gathered.values()) Object.assign(waiting, { ids: new Set(), hasNews: false })
    this.resync()
  }

  private send(event: string, data: object): void {
    this.say(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
  }

  private say(text: string): void {
    if (!this.isOver) this.options.write(text)
  }
}
