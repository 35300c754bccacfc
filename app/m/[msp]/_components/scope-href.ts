import { paths } from '@/server/paths'

/** Lists that can be narrowed to one client by `?client=`. */
const narrowable = [paths.devices, paths.enrolment, paths.rollouts, paths.holds, paths.audit] as const
/** Lists that always show every client. */
const whole = [paths.overview, paths.clients, paths.patches, paths.policies] as const

/** Where the choice of a client leads: the list one is on, narrowed; from anywhere else that client's devices. `null` = all clients. */
export function scopeHref(msp: string, pathname: string, clientId: string | null): string {
  const list = narrowable.find((path) => path(msp) === pathname)
  if (clientId === null) return list ? list(msp) : paths.overview(msp)
  return (list ?? paths.devices)(msp, { client: clientId })
}

/** A place of the navigation, narrowed to the chosen client where that is possible. */
export function inScope(msp: string, href: string, clientId: string | null): string {
  const list = narrowable.find((path) => path(msp) === href)
  return list && clientId ? list(msp, { client: clientId }) : href
}

/** What the URL says of the scope: `client` only on pages that can be narrowed, null is all of them. */
export function scopeOf(
  msp: string,
  pathname: string,
  search: URLSearchParams,
): { client: string | null; isNarrowable: boolean; isWhole: boolean } {
  const isNarrowable = narrowable.some((path) => path(msp) === pathname)
  const isWhole = whole.some((path) => path(msp) === pathname)
  return { client: isNarrowable ? search.get('client') : null, isNarrowable, isWhole }
}
