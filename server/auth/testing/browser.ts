import superjson from 'superjson'
import { handleAccountRequest } from '../../api/account-handle-request.ts'
import { accountRouter } from '../../api/account-root.ts'
import { accountRequest } from '../../api/account-trpc.ts'
import { hashToken } from '../../secrets/secret-token.ts'
import { type SessionStart, startSession } from '../sessions.ts'
import { sessionCookieName } from '../store.ts'
import { asBrowser } from './next-headers.ts'

/** What the procedures answer, all in one: each test reads what its own procedure answers. */
export interface Answered {
  next: string
  text: string
  sealedSeed: string
  needsPassword: boolean
  challenge: string
  recoveryCodes: string[] | null
  ended: number
  person: { email: string }
  passkeys: { name: string }[]
  isLastWay: boolean
  sessions: { id: string; isThis: boolean }[]
}

export interface Reply {
  /** `ok`, or the code of the error. */
  code: string
  message: string
  data: Answered
}

// Typed as the tree of routers, flat at run time: keys are paths with dots.
const flat = accountRouter._def.procedures as unknown as Record<string, { _def: { type: string } }>
/** Path and kind of every procedure of the account. */
export const accountProcedures = Object.entries(flat).map(([path, { _def }]) => ({ path, type: _def.type }))

/** Somebody's browser: cookies, an address, and the account's procedures through their HTTP door. */
export class Browser {
  readonly cookies = new Map<string, string>()
  readonly userAgent = 'Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0 Safari/537.36'
  address: string
  now: Date
  constructor(now: Date, address = '203.0.113.7') {
    this.now = now
    this.address = address
  }

  headers(): Headers {
    return new Headers({ 'user-agent': this.userAgent, 'x-patchward-client': this.address })
  }

  run<T>(work: () => Promise<T>): Promise<T> {
    return asBrowser(this, work)
  }

  /** A session that began some other way. */
  async hold(start: SessionStart): Promise<string> {
    const { token } = await startSession(start, this.now)
    this.cookies.set(sessionCookieName(), token)
    return hashToken(token)
  }

  tokenHash(): string {
    return hashToken(this.cookies.get(sessionCookieName()) ?? '')
  }

  async ask(path: string, input?: unknown): Promise<Reply> {
    const isVerb = accountProcedures.find((each) => each.path === path)?.type === 'mutation'
    const body = JSON.stringify(superjson.serialize(input))
    const url = `http://127.0.0.1/api/account/trpc/${path}`
    const headers = { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' }
    const request = isVerb
      ? new Request(url, { method: 'POST', body, headers })
      : new Request(`${url}?input=${encodeURIComponent(body)}`)
    const response = await this.run(() => handleAccountRequest(request, accountRequest(this.headers(), this.now)))
    const { error, result } = await response.json()
    return {
      code: error?.json.data.code ?? 'ok',
      message: error?.json.message ?? '',
      // Parsed JSON; a wrong shape fails the assertions.
      data: (result ? superjson.deserialize(result.data) : {}) as Answered,
    }
  }
}
