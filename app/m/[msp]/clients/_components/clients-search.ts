import type { ClientsQuery } from '@/server/clients/schema'
import { paths } from '@/server/paths'

/** The URL with these filters. */
export const clientsHref = (msp: string, { filter, search }: ClientsQuery): string =>
  paths.clients(msp, { filter: filter === 'all' ? undefined : filter, search })
