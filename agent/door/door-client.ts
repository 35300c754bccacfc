import type { KeyObject } from 'node:crypto'
import type { AgentConfig } from '../config.ts'
import { log } from '../log.ts'
import type { RequestCounter } from '../state/request-counter.ts'
import type {
  CheckInAnswer,
  CheckInRequest,
  DoorErrorCode,
  InventoryAnswer,
  InventoryRequest,
  PermitAnswer,
  PollAnswer,
  ReportsAnswer,
  ReportsRequest,
  RootsAnswer,
  RootsRequest,
} from '../wire/door.ts'
import { doorPaths } from '../wire/door.ts'
import { macRequest, signRequest } from '../wire/request-auth.ts'
import { sendRequest } from './send-request.ts'

/** What the door answered instead of what was asked for. */
export class DoorRefusal extends Error {
  readonly status: number
  readonly code: DoorErrorCode | 'unknown'
  readonly retryAfterMs: number
  /** Highest request counter that the door has seen, where it says so. */
  readonly counterHigh: number | null

  constructor(
    status: number,
    code: DoorErrorCode | 'unknown',
    message: string,
    retryAfterMs: number,
    counterHigh: number | null = null,
  ) {
    super(`the door answered ${status} ${code}: ${message}`)
    this.status = status
    this.code = code
    this.retryAfterMs = retryAfterMs
    this.counterHigh = counterHigh
  }
}

interface PostOptions {
  canUseSession?: boolean
  extraMs?: number
  signal?: AbortSignal
}

const timeoutMs = 30_000
const skewWorthTellingMs = 60_000

/** Requests of an enrolled device: signed, or with the session key of the hour where that is enough. */
export class DoorClient {
  readonly #config: AgentConfig
  readonly #key: KeyObject
  readonly #counter: RequestCounter
  #session: { key: Buffer; hour: number; expiresAtMs: number } | null = null
  /** Door's clock minus ours: stamps requests only once ours was refused; orders are judged by ours alone. */
  #skewMs = 0
  #isSkewRefused = false

  constructor(config: AgentConfig, key: KeyObject, counter: RequestCounter) {
    this.#config = config
    this.#key = key
    this.#counter = counter
  }

  /** How far the door's clock is ahead of ours, in milliseconds, as last seen. */
  get skewMs(): number {
    return this.#skewMs
  }

  /** A clause for reports while the clocks differ by more than a minute; else ''. */
  clockNote(): string {
    if (Math.abs(this.#skewMs) < skewWorthTellingMs) return ''
    return ` (This device's clock differs from the door's by ${Math.round(-this.#skewMs / 1_000)} s.)`
  }

  async checkIn(request: CheckInRequest): Promise<CheckInAnswer> {
    const answer = await this.#post<CheckInAnswer>(doorPaths.checkIn, request, { canUseSession: true })
    if (answer.session) {
      const { key, hour, expiresAt } = answer.session
      const validMs = Date.parse(expiresAt) - Date.parse(answer.serverTime)
      this.#session = { key: Buffer.from(key, 'base64'), hour, expiresAtMs: performance.now() + validMs - 30_000 }
    }
    return answer
  }

  sendInventory(request: InventoryRequest): Promise<InventoryAnswer> {
    return this.#post(doorPaths.inventory, request, {})
  }

  poll(waitMs: number, openOrderId: string | null, signal: AbortSignal): Promise<PollAnswer> {
    return this.#post(doorPaths.poll, { waitMs, openOrderId }, { canUseSession: true, extraMs: waitMs, signal })
  }

  askRoots(request: RootsRequest, signal: AbortSignal): Promise<RootsAnswer> {
    return this.#post(doorPaths.roots, request, { canUseSession: true, signal })
  }

  askPermit(orderId: string): Promise<PermitAnswer> {
    return this.#post(doorPaths.permit, { orderId }, {})
  }

  sendReports(request: ReportsRequest): Promise<ReportsAnswer> {
    return this.#post(doorPaths.reports, request, {})
  }

  /** Sends. A counter that the door saw before is no end: the door tells who signs how far it is, and the next one goes above that. */
  async #post<Answer extends { serverTime: string }>(
    path: string,
    request: unknown,
    options: PostOptions,
  ): Promise<Answer> {
    const body = JSON.stringify(request)
    for (let attempt = 1; ; attempt += 1) {
      const hadSession = this.#session !== null
      try {
        return await this.#send<Answer>(path, body, options)
      } catch (error) {
        if (!(error instanceof DoorRefusal) || error.code !== 'replayed' || attempt === 3) throw error
        const { counterHigh } = error
        // Who only has the key of the hour is not told: it asks once more, signed.
        if (counterHigh === null && !(hadSession && this.#session === null)) throw error
        if (counterHigh === null) continue
        log('warn', 'the door knows higher request counters: this device was restored or copied', { counterHigh })
        this.#counter.jumpAbove(counterHigh)
      }
    }
  }

  async #send<Answer extends { serverTime: string }>(
    path: string,
    body: string,
    options: PostOptions,
  ): Promise<Answer> {
    const session = this.#session
    const usesSession = options.canUseSession === true && session !== null && performance.now() < session.expiresAtMs
    const parts = { method: 'POST', path, body }
    const timeMs = Date.now() + (this.#isSkewRefused ? Math.round(this.#skewMs) : 0)
    const { deviceId } = this.#config
    const authorization = usesSession
      ? macRequest(parts, deviceId, timeMs, this.#counter.next(), session)
      : signRequest(parts, deviceId, timeMs, this.#counter.next(), this.#key)
    const response = await sendRequest(this.#config.server, path, body, {
      headers: { authorization },
      timeoutMs: timeoutMs + (options.extraMs ?? 0),
      ...(options.signal ? { signal: options.signal } : {}),
    })
    const answer = parseObject(response.body)
    this.#noteClock(answer)
    // The door is ours to trust for talk, not for orders: those carry their own signatures.
    if (response.status === 200 && answer) return answer as unknown as Answer
    const refusal = toRefusal(response.status, answer, response.retryAfterMs)
    if (refusal.code === 'clock-skew') this.#isSkewRefused = true
    // The key of the hour may have changed on the other side: sign the next one.
    if (usesSession && response.status === 401) this.#session = null
    throw refusal
  }

  #noteClock(answer: Record<string, unknown> | null): void {
    const time = typeof answer?.serverTime === 'string' ? Date.parse(answer.serverTime) : Number.NaN
    if (!Number.isFinite(time)) return
    const skewMs = time - Date.now()
    const isNews = Math.abs(skewMs - this.#skewMs) > skewWorthTellingMs
    this.#skewMs = skewMs
    if (isNews && Math.abs(skewMs) > skewWorthTellingMs)
      log('warn', "this device's clock differs from the door's", { skewMs: Math.round(skewMs) })
  }
}

function parseObject(body: Buffer): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'))
    // An object was checked for; its members are looked at one by one.
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null
  } catch {
    return null
  }
}

export function toRefusal(status: number, answer: Record<string, unknown> | null, retryAfterMs: number): DoorRefusal {
  const error = answer?.error
  if (typeof error === 'object' && error !== null && 'code' in error && 'message' in error) {
    // Codes are only compared with known ones.
    const code = String(error.code) as DoorErrorCode
    const counterHigh = 'counterHigh' in error && typeof error.counterHigh === 'number' ? error.counterHigh : null
    return new DoorRefusal(status, code, String(error.message).slice(0, 300), retryAfterMs, counterHigh)
  }
  return new DoorRefusal(status, 'unknown', 'no reason given', retryAfterMs)
}
