import { isDatabaseReachable } from '@/server/access'

export const dynamic = 'force-dynamic'

/** Can this process do its work: does the database answer? */
export async function GET(): Promise<Response> {
  const isReady = await isDatabaseReachable()
  return new Response(isReady ? 'ok\n' : 'not ready: the database does not answer\n', { status: isReady ? 200 : 503 })
}
