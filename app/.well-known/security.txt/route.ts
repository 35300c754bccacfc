import { securityText } from '@/server/api/security-contact'

export const dynamic = 'force-dynamic'

/** Where to write about a hole. */
export function GET(): Response {
  const text = securityText(new Date())
  const headers = { 'content-type': 'text/plain; charset=utf-8' }
  return text
    ? new Response(text, { headers })
    : new Response('Nobody is named here: the environment of the web process has no SECURITY_CONTACT.\n', {
        status: 404,
        headers,
      })
}
