import { subscribe } from 'node:diagnostics_channel'
import type { IncomingMessage } from 'node:http'

const peerHeader = 'x-patchward-peer'
/** A proxy on this machine has a loopback socket too, and may rewrite Host; by these it says that it passes on another's request. */
const proxyHeaders = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip']
const shared = globalThis as { patchwardStampsPeers?: boolean }

/**
 * Notes on each request which address its socket is connected to: Next hands routes only headers, and X-Forwarded-For is whatever a
 * caller writes into it. What a caller writes into ours is overwritten here, before Next sees the request.
 */
export function stampPeerAddresses(): void {
  if (shared.patchwardStampsPeers) return
  shared.patchwardStampsPeers = true
  subscribe('http.server.request.start', (message) => {
    // Node documents this shape of the channel's messages.
    const { request } = message as { request: IncomingMessage }
    const isPassedOn = proxyHeaders.some((name) => request.headers[name] !== undefined)
    request.headers[peerHeader] = isPassedOn ? 'behind a proxy' : (request.socket.remoteAddress ?? 'unknown')
  })
}

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
