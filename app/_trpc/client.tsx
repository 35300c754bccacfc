'use client'
import { type QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { createTRPCClient, httpBatchLink, type TRPCClient } from '@trpc/client'
import { createTRPCContext } from '@trpc/tanstack-react-query'
import { createContext, type ReactNode, use, useEffect } from 'react'
import superjson from 'superjson'
import type { AppRouter } from '@/server/api/root'
import { paths } from '@/server/paths'
import { StepUpDialog } from '../_components/step-up-dialog'
import { stepUpLink } from './account-step-up'
import { isActive, watchActivity } from './activity'
import { LiveProvider } from './live'
import { errorCodeOf, makeQueryClient } from './query-client'

const { TRPCProvider, useTRPC } = createTRPCContext<AppRouter>()
/** The procedures: `useSuspenseQuery(trpc.devices.get.queryOptions(input))`, `useMutation(trpc.devices.scan.mutationOptions())`. */
export const useTrpc = useTRPC
export { useLiveState } from './live'

interface Msp {
  slug: string
  name: string
}
const MspContext = createContext<Msp | null>(null)

/** The MSP of the URL. */
export function useMsp(): Msp {
  const msp = use(MspContext)
  if (!msp) throw new Error('useMsp stands below /m/[msp] only')
  return msp
}

interface Clients {
  queryClient: QueryClient
  trpcClient: TRPCClient<AppRouter>
}

function makeClients(slug: string): Clients {
  const queryClient = makeQueryClient((error) => {
    // The session is over: the whole page goes, and with it everything that was loaded.
    if (errorCodeOf(error) === 'UNAUTHORIZED' && typeof window !== 'undefined') window.location.assign(paths.signIn())
  })
  const trpcClient = createTRPCClient<AppRouter>({
    links: [
      stepUpLink,
      httpBatchLink({
        url: `${origin()}${paths.trpc(slug)}`,
        transformer: superjson,
        maxURLLength: 2_000,
        maxItems: 20,
        headers: () => (isActive() ? { 'x-person-active': '1' } : {}),
      }),
    ],
  })
  return { queryClient, trpcClient }
}

/** While the server renders, views read what was prefetched and fetch nothing; the address is never called there. */
const origin = () => (typeof window === 'undefined' ? 'http://server.invalid' : '')

/** One pair an MSP in the browser: caches of two MSPs never meet. On the server one a render. */
const inBrowser = new Map<string, Clients>()
function clientsOf(slug: string): Clients {
  if (typeof window === 'undefined') return makeClients(slug)
  const found = inBrowser.get(slug) ?? makeClients(slug)
  inBrowser.set(slug, found)
  return found
}

interface MspProvidersProps {
  msp: Msp
  /** Two people on one browser never share a live stream. */
  userId: string
  children: ReactNode
}

/** What the client views of an MSP need: its procedures, its cache, its live stream, its name. */
export function MspProviders({ msp, userId, children }: MspProvidersProps) {
  const { queryClient, trpcClient } = clientsOf(msp.slug)
  useEffect(watchActivity, [])
  return (
    <MspContext value={msp}>
      <QueryClientProvider client={queryClient}>
        <TRPCProvider trpcClient={trpcClient} queryClient={queryClient}>
          <LiveProvider slug={msp.slug} userId={userId}>
            {children}
            <StepUpDialog />
          </LiveProvider>
        </TRPCProvider>
      </QueryClientProvider>
    </MspContext>
  )
}
