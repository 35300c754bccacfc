import { type ListHolds, listHoldsSchema } from '@/server/holds/schema'

/** Tab, client and page in the URL; what cannot be read there counts as not set. */
export function readHoldsSearch(search: Record<string, string | string[] | undefined>): ListHolds {
  const { state, clientId, after } = listHoldsSchema.shape
  return {
    state: state.catch('standing').parse(search.state),
    clientId: clientId.catch(undefined).parse(search.client),
    after: after.catch(undefined).parse(search.after),
  }
}
