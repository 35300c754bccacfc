import { subscribe } from 'node:diagnostics_channel'
import type { IncomingMessage } from 'node:http'
import { BlockList, isIP, isIPv6 } from 'node:net'

const peerHeader = 'x-patchward-peer'
const clientHeader = 'x-patchward-client'
/** A proxy on this machine has a loopback socket too, and may rewrite Host; by these it says that it passes on another's request. */
const proxyHeaders = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip']
const shared = globalThis as { patchwardStampsPeers?: boolean }

/**
 * Notes on each request which address its socket is connected to, and whose request it is: Next hands routes only headers, and
 * X-Forwarded-For is whatever a caller writes into it. What a caller writes into ours is overwritten here, before Next sees the request.
 * `trustedProxies`: the peers whose X-Forwarded-For is believed, configured and never guessed.
 */
export function stampPeerAddresses(trustedProxies: readonly string[] = []): void {
  if (shared.patchwardStampsPeers) return
  shared.patchwardStampsPeers = true
  const trusted = parseRanges(trustedProxies)
  subscribe('http.server.request.start', (message) => {
    // Node documents this shape of the channel's messages.
    const { request } = message as { request: IncomingMessage }
    const isPassedOn = proxyHeaders.some((name) => request.headers[name] !== undefined)
    request.headers[peerHeader] = isPassedOn ? 'behind a proxy' : (request.socket.remoteAddress ?? 'unknown')
    const forwarded = request.headers['x-forwarded-for']
    request.headers[clientHeader] = findClient(request.socket.remoteAddress ?? '', String(forwarded ?? ''), trusted)
  })
}

/** Address ranges (`10.0.0.0/8`, `::1`). Throws a sentence that names the one that is none. */
export function parseRanges(ranges: readonly string[]): BlockList {
  const list = new BlockList()
  for (const range of ranges) {
    const [address = '', prefix] = range.split('/')
    const bits = isIPv6(address) ? 128 : 32
    const length = prefix === undefined ? bits : Number(prefix)
    if (!isIP(address) || !/^\d{1,3}$/.test(prefix ?? '0') || length > bits)
      throw new Error(`${range} is no address range`)
    list.addSubnet(address, length, bits === 128 ? 'ipv6' : 'ipv4')
  }
  return list
}

/**
 * Whose request it is: the peer, unless that is a trusted proxy. Then the last address in X-Forwarded-For that is no trusted proxy: what
 * stands before it was written by whoever sent it.
 */
export function findClient(peer: string, forwardedFor: string, trusted: BlockList): string {
  let client = plainAddress(peer)
  const claims = forwardedFor.split(',').map((claim) => plainAddress(claim.trim()))
  while (isTrusted(client, trusted)) {
    const claim = claims.pop()
    if (!claim || !isIP(claim)) break
    client = claim
  }
  return client || 'unknown'
}

/** IPv4 in the clothes of IPv6 is IPv4. */
const plainAddress = (address: string) => address.replace(/^::ffff:(?=\d+\.)/i, '').toLowerCase()
const isTrusted = (address: string, trusted: BlockList) =>
  isIP(address) > 0 && trusted.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')

/** The address that tries are counted by and that people read in their list of sessions. */
export const clientAddressOf = (headers: Headers): string => headers.get(clientHeader) ?? 'unknown'

/** True for 127.0.0.0/8, ::1 and their spellings. */
export function isLoopbackAddress(address: string): boolean {
  return address === '::1' || /^(::ffff:)?127(\.\d{1,3}){3}$/i.test(address)
}

/** True for a Host header that names this machine itself; a name that merely resolves to 127.0.0.1 does not. */
export function isLoopbackHost(host: string): boolean {
  const url = URL.parse(`http://${host}`)
  if (!url || url.host.toLowerCase() !== host.toLowerCase().replace(/:80$/, '')) return false
  const name = url.hostname.replace(/^\[|\]$/g, '')
  return name === 'localhost' || isLoopbackAddress(name)
}

/** Does this request come from the machine itself? Both its socket and its Host must say so; without a stamp the answer is no. */
export function isFromThisMachine(headers: Headers): boolean {
  return isLoopbackHost(headers.get('host') ?? '') && isLoopbackAddress(headers.get(peerHeader) ?? '')
}

/** Was this form sent by a page of the console? Browsers name the origin of every POST. */
export function isFromOwnPage(headers: Headers): boolean {
  const origin = URL.parse(headers.get('origin') ?? '')
  return origin !== null && origin.host === headers.get('host')
}
