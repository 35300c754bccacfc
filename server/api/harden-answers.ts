import { subscribe } from 'node:diagnostics_channel'
import type { ServerResponse } from 'node:http'
import { answerHeaders } from './content-policy.ts'

const shared = globalThis as { patchwardHardensAnswers?: boolean }

/**
 * Puts `answerHeaders` on every answer of this process before anything of Next's sees the request: files, errors and what Next refuses by
 * itself have them too. A page's own policy, which proxy.ts makes, takes the place of the one set here.
 */
export function hardenAnswers(options: { isHttps: boolean }): void {
  if (shared.patchwardHardensAnswers) return
  shared.patchwardHardensAnswers = true
  const headers = Object.entries(answerHeaders(options))
  subscribe('http.server.request.start', (message) => {
    // Node documents this shape of the channel's messages.
    const { response } = message as { response: ServerResponse }
    for (const [name, value] of headers) response.setHeader(name, value)
  })
}
