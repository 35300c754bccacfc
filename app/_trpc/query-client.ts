import { defaultShouldDehydrateQuery, MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import superjson from 'superjson'

/** Answers that another try would not change. */
const final = new Set([
  'UNAUTHORIZED',
  'FORBIDDEN',
  'NOT_FOUND',
  'BAD_REQUEST',
  'PRECONDITION_FAILED',
  'PRECONDITION_REQUIRED',
  'TOO_MANY_REQUESTS',
  'CONFLICT',
])

/** The code of a tRPC error, wherever it was made; null for anything else. */
export function errorCodeOf(error: unknown): string | null {
  if (typeof error !== 'object' || error === null) return null
  if ('data' in error && typeof error.data === 'object' && error.data !== null && 'code' in error.data)
    return typeof error.data.code === 'string' ? error.data.code : null
  return 'code' in error && typeof error.code === 'string' ? error.code : null
}

/** One cache of queries. Data is fresh until the live stream or a mutation says otherwise. */
export function makeQueryClient(onError: (error: unknown) => void = () => {}): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        staleTime: 30_000,
        // A page that is being made on the server says at once that something is missing; only a browser has time to try again.
        retry: (tries, error) => typeof window !== 'undefined' && tries < 2 && !final.has(errorCodeOf(error) ?? ''),
      },
      dehydrate: {
        serializeData: superjson.serialize,
        // Queries under way are handed over too: the page streams and the browser waits for the same promise.
        shouldDehydrateQuery: (query) => defaultShouldDehydrateQuery(query) || query.state.status === 'pending',
      },
      hydrate: { deserializeData: superjson.deserialize },
    },
  })
}
