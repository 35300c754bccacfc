import { randomBytes } from 'node:crypto'
import { type NextRequest, NextResponse } from 'next/server'
import { contentPolicy } from './server/api/content-policy.ts'

/**
 * Gives each page its Content-Security-Policy with a nonce of its own; Next reads the nonce from the request's header of that name and puts
 * it on its scripts. Decides nothing: who may see what is decided where the data is read, so that a request that passes this by gains nothing.
 */
export function proxy(request: NextRequest): NextResponse {
  const nonce = randomBytes(18).toString('base64')
  const policy = contentPolicy(nonce, { isDev: process.env.NODE_ENV === 'development' })
  const headers = new Headers(request.headers)
  headers.set('x-nonce', nonce)
  headers.set('content-security-policy', policy)
  const response = NextResponse.next({ request: { headers } })
  response.headers.set('content-security-policy', policy)
  return response
}

/** Pages only: data and files have the policy of `harden-answers.ts`. */
export const config = { matcher: '/((?!api/|_next/static/|healthz$|readyz$).*)' }
