import { clientAddressOf } from './peer-address.ts'

/** When, from where and with what somebody comes. */
export interface Visit {
  now: Date
  address: string
  userAgent: string
}

/** The visit of a request. */
export function visitOf(headers: Headers, now: Date = new Date()): Visit {
  return { now, address: clientAddressOf(headers), userAgent: headers.get('user-agent') ?? '' }
}
