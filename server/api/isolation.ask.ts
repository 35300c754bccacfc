import superjson from 'superjson'
import { handleRequest } from './handle-request.ts'
import { type Caller, type ClientIds, noVersions, type Versions, type World } from './isolation.world.ts'
import { requestContext } from './request-context.ts'
import { appRouter } from './root.ts'

export interface Reply {
  /** `ok`, or the code of the error. */
  code: string
  message: string
  /** The bytes of the answer, in which nothing of others may stand. */
  text: string
}

// Typed as the tree of routers, flat at run time: keys are paths with dots.
const flat = appRouter._def.procedures as unknown as Record<string, { _def: { type: string } }>

/** Path and kind of every procedure there is. */
export const procedures = Object.entries(flat).map(([path, { _def }]) => ({ path, isVerb: _def.type === 'mutation' }))

/** Calls a procedure through its HTTP door, as the browser of `caller` would (null = nobody signed in). */
export async function ask(
  path: string,
  input: unknown,
  caller: Caller | null,
  slug = caller?.slug,
  now = new Date(),
  // What wants a step-up is asked by people who have just done one; `isolation.step-up.db.test.ts` asks without.
  provedAt = now,
): Promise<Reply> {
  const isVerb = procedures.find((each) => each.path === path)?.isVerb ?? false
  const body = JSON.stringify(superjson.serialize(input))
  const url = `http://127.0.0.1/api/m/${slug}/trpc/${path}`
  const request = isVerb
    ? new Request(url, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' },
      })
    : new Request(`${url}?input=${encodeURIComponent(body)}`)
  const response = await handleRequest(
    request,
    requestContext(slug ?? '', async () => caller && { ...caller, provedAt }, now),
  )
  const text = await response.text()
  // tRPC's own shape; a wrong one fails the assertions.
  const { error } = JSON.parse(text) as { error?: { json: { message: string; data: { code: string } } } }
  return { code: error?.json.data.code ?? 'ok', message: error?.json.message ?? '', text }
}

/** Which of a client's ids an input is made of. */
export function idsUsed(input: (ids: ClientIds, versions: Versions) => unknown, ids: ClientIds): (keyof ClientIds)[] {
  const used = new Set<keyof ClientIds>()
  const watched = new Proxy(ids, {
    get(target, key) {
      // Inputs read ids by their names only.
      used.add(key as keyof ClientIds)
      return Reflect.get(target, key)
    },
  })
  input(watched, noVersions)
  return [...used]
}

export type Part = 'first' | 'second' | 'foreign'
/** Which parts of the world nobody may find in an answer to this person. */
export const hiddenFrom: Record<keyof World['people'], Part[]> = {
  owner: ['foreign'],
  readOnly: ['foreign'],
  technician: ['second', 'foreign'],
  otherClient: ['first', 'foreign'],
  otherMsp: ['first', 'second'],
  admin: ['foreign'],
  approver: ['foreign'],
  billing: ['foreign'],
  clientManager: ['second', 'foreign'],
}

/** What of the hidden parts stands in an answer: names and ids. Must be empty. */
export function findLeaks(world: World, parts: readonly Part[], text: string): string[] {
  return parts
    .flatMap((part) => [world.canaries[part], ...Object.values<string>({ ...world[part] })])
    .filter((secret) => text.includes(secret))
}
