import { paths } from '@/server/paths'

export const clientFilters = ['all', 'needs-you', 'in-flight', 'own-policy', 'no-devices'] as const
export type ClientFilter = (typeof clientFilters)[number]

export interface ClientsSearch {
  filter: ClientFilter
  search: string
  /** The dialog that adds a client is open from the start (first task of the overview). */
  isAdding: boolean
}

const one = (value: string | string[] | undefined) => (typeof value === 'string' ? value.trim() : '')

/** The address as people shorten and mistype it: what does not fit is left out. */
export function readClientsSearch(query: Record<string, string | string[] | undefined>): ClientsSearch {
  const filter = clientFilters.find((each) => each === one(query.filter)) ?? 'all'
  return { filter, search: one(query.search).slice(0, 100), isAdding: one(query.add) === 'client' }
}

export function clientsHref(msp: string, { filter, search }: Pick<ClientsSearch, 'filter' | 'search'>): string {
  const query = new URLSearchParams()
  if (filter !== 'all') query.set('filter', filter)
  if (search) query.set('search', search)
  const text = query.toString()
  return text ? `${paths.clients(msp)}?${text}` : paths.clients(msp)
}
