import { createTRPCClient, httpBatchLink } from '@trpc/client'
import superjson from 'superjson'
import type { AppRouter } from '@/server/api/root'
import { paths } from '@/server/paths'

/** What a button of the portal calls. Its pages are rendered by the server and hold no cache: afterwards the page is read anew. */
export const portalClient = (slug: string) =>
  createTRPCClient<AppRouter>({
    links: [
      httpBatchLink({
        url: `${window.location.origin}${paths.trpc(slug)}`,
        transformer: superjson,
        // Somebody pressed it just now.
        headers: { 'x-person-active': '1' },
      }),
    ],
  }).portal
