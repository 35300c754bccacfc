import { AsyncLocalStorage } from 'node:async_hooks'
import { subscribe } from 'node:diagnostics_channel'
import type { ServerResponse } from 'node:http'
import type { TRPCError } from '@trpc/server'
import { isLostConnection, isTooSlow } from '../database-error.ts'

/** A database that comes back is reached again within a second or two (db/tenant.ts). */
const retryAfterS = 5

interface Answer {
  isUnavailable: boolean
}
// Next bundles server code more than once; what is under way lies where every copy finds it.
const shared = globalThis as { patchwardAnswers?: AsyncLocalStorage<Answer> }

/**
 * A page that fails because the database does not answer, or not in time, says 503 and when to try again. Next gives a page that throws the status 500,
 * and no way to choose another; so what it is about to send is changed on its way out, where `noteFailure` saw the reason in time. Once
 * the first bytes are sent (a list behind a skeleton) the status stands.
 */
export function sayUnavailable(): void {
  if (shared.patchwardAnswers) return
  const answers = new AsyncLocalStorage<Answer>()
  shared.patchwardAnswers = answers
  subscribe('http.server.request.start', (message) => {
    // Node documents this shape of the channel's messages.
    const { response } = message as { response: ServerResponse }
    const answer: Answer = { isUnavailable: false }
    // All that is done for this request begins below this call.
    answers.enterWith(answer)
    const writeHead = response.writeHead
    response.writeHead = ((status: number, ...rest: unknown[]) => {
      const isOurs = status === 500 && answer.isUnavailable
      if (isOurs) response.setHeader('retry-after', retryAfterS)
      return Reflect.apply(writeHead, response, [isOurs ? 503 : status, ...rest])
      // Passed on as it came, in whichever of its forms.
    }) as ServerResponse['writeHead']
  })
}

/** Told by Next of each error of a request, before it answers (`onRequestError`). */
export function noteFailure(error: unknown): void {
  const answer = shared.patchwardAnswers?.getStore()
  if (answer && isUnavailable(error)) answer.isUnavailable = true
}

/** As the database's driver throws it, or as a procedure has translated it; its class may be that of another copy of our code. */
function isUnavailable(error: unknown): boolean {
  if (isLostConnection(error) || isTooSlow(error)) return true
  return error instanceof Error && 'code' in error && error.code === ('SERVICE_UNAVAILABLE' satisfies TRPCError['code'])
}
