'use client'
import { createTRPCClient, httpLink } from '@trpc/client'
import superjson from 'superjson'
import type { AccountRouter } from '@/server/api/account-root'
import { paths } from '@/server/paths'
import { stepUpLink } from './account-step-up'

/** The procedures of one's own way in, with or without an MSP: `await accountApi.signIn.password.mutate(input)`. */
export const accountApi = createTRPCClient<AccountRouter>({
  links: [stepUpLink, httpLink({ url: paths.accountTrpc(), transformer: superjson })],
})
