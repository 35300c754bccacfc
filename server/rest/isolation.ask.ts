import type { Caller } from '../api/isolation.world.ts'
import { createApiKey } from '../api-keys/create-api-key.ts'
import { isProgramAction } from '../api-keys/rules.ts'
import type { CreateApiKey } from '../api-keys/schema.ts'
import { contextOfApiKey } from '../auth/api-key-context.ts'
import { contextOf } from '../auth/contexts.ts'
import { handleRest } from './handle-rest.ts'

export interface RestReply {
  status: number
  message: string
  /** The bytes of the answer, in which nothing of others may stand. */
  text: string
}

/** Calls `<METHOD> <path>` as a program would; `authorization` as it stands in the header, null = none. */
export async function askRest(
  route: string,
  input: Record<string, unknown>,
  authorization: string | null,
  more: { headers?: Record<string, string>; now?: Date; address?: string } = {},
): Promise<RestReply> {
  const [method = '', pattern = ''] = route.split(' ')
  const rest = { ...input }
  const path = pattern.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = String(rest[name])
    delete rest[name]
    return value
  })
  const query = new URLSearchParams(Object.entries(rest).map(([name, value]) => [name, String(value)]))
  const headers = new Headers(more.headers)
  if (authorization) headers.set('authorization', authorization)
  if (method === 'POST') headers.set('content-type', 'application/json')
  const request = new Request(`http://127.0.0.1/api/v1${path}${method === 'GET' ? `?${query}` : ''}`, {
    method,
    headers,
    body: method === 'POST' ? JSON.stringify(rest) : undefined,
  })
  const response = await handleRest(request, path.slice(1).split('/'), () =>
    contextOfApiKey(request.headers.get('authorization'), more.address ?? '127.0.0.1', more.now),
  )
  const text = await response.text()
  // The form of every refusal of this API; a wrong one fails the assertions.
  const { error } = JSON.parse(text) as { error?: { message: string } }
  return { status: response.status, message: error?.message ?? '', text }
}

/** A key of this person with all they may give it, ready for the header. */
export async function makeKey(
  caller: Caller,
  more: Partial<CreateApiKey> = {},
): Promise<{ id: string; header: string }> {
  const ctx = await contextOf({ userId: caller.userId, provedAt: new Date() }, caller.slug)
  const actions = [...ctx.permissions].filter(isProgramAction)
  const made = await createApiKey(ctx, { name: 'A key', actions, clients: 'all', days: 1, ...more })
  return { id: made.keyId, header: `Bearer ${made.key}` }
}
