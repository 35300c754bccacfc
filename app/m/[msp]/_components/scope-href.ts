import { paths } from '@/server/paths'

/** Lists that can be narrowed to one client by `?client=`. */
const narrowable = [paths.devices, paths.enrolment, paths.rollouts, paths.holds, paths.audit] as const

/** Where the choice of a client leads: the list one is on, narrowed; from anywhere else that client's devices. `null` = all clients. */
export function scopeHref(msp: string, pathname: string, clientId: string | null): string {
  const list = narrowable.find((path) => path(msp) === pathname)
  if (clientId === null) return list ? list(msp) : paths.overview(msp)
  return (list ?? paths.devices)(msp, { client: clientId })
}

/** Does this page show one client only, by its URL? */
export function scopeOf(msp: string, pathname: string, search: URLSearchParams): string | null {
  return narrowable.some((path) => path(msp) === pathname) ? search.get('client') : null
}
