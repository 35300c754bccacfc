import 'server-only'
import { dehydrate, type FetchQueryOptions, HydrationBoundary, type QueryKey } from '@tanstack/react-query'
import { createTRPCOptionsProxy } from '@trpc/tanstack-react-query'
import { notFound, redirect } from 'next/navigation'
import { cache, type ReactNode } from 'react'
import { requestContext } from '@/server/api/request-context'
import { appRouter } from '@/server/api/root'
import { findSignedIn } from '@/server/auth/session'
import { paths } from '@/server/paths'
import { errorCodeOf, makeQueryClient } from './query-client'

/** One cache a request: what a page loads is handed to its client views by `HydrateClient`. */
const queryClient = cache(() => makeQueryClient())

/** The procedures as the person of this request, without HTTP. One membership check a request. */
export const serverApi = cache((mspSlug: string) =>
  createTRPCOptionsProxy({
    ctx: requestContext(mspSlug, findSignedIn),
    router: appRouter,
    queryClient,
  }),
)

/** Starts loading; the view waits for it. Await it only when the page itself needs the answer in the first byte. */
export async function prefetch<Data, Failure, Result, Key extends QueryKey>(
  query: FetchQueryOptions<Data, Failure, Result, Key>,
): Promise<void> {
  await queryClient().prefetchQuery(query)
}

/** Loads and answers; the view finds it in its cache. Throws what the procedure throws; without a session it leads to the sign-in page. */
export async function load<Data, Failure, Result, Key extends QueryKey>(
  query: FetchQueryOptions<Data, Failure, Result, Key>,
): Promise<Result> {
  try {
    return await queryClient().fetchQuery(query)
  } catch (error) {
    if (errorCodeOf(error) === 'UNAUTHORIZED') redirect(paths.signIn())
    throw error
  }
}

/** For a page about one thing: `await orNotFound(load(api.devices.get.queryOptions({ deviceId })))`. */
export async function orNotFound<T>(promise: Promise<T>): Promise<T> {
  try {
    return await promise
  } catch (error) {
    // An id that is not even an id is not found either, nor is a page that one's role does not have.
    if (['NOT_FOUND', 'BAD_REQUEST', 'FORBIDDEN'].includes(errorCodeOf(error) ?? '')) notFound()
    throw error
  }
}

/** Hands everything loaded by this page to the client views below it. */
export function HydrateClient({ children }: { children: ReactNode }) {
  return <HydrationBoundary state={dehydrate(queryClient())}>{children}</HydrationBoundary>
}
