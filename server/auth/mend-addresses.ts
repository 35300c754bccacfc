import { subscribe } from 'node:diagnostics_channel'
import type { IncomingMessage } from 'node:http'

const shared = globalThis as { patchwardMendsAddresses?: boolean }

/**
 * Makes each address one that can be decoded, before Next sees it: Next answers others with 500, and to nobody's log. A stray `%` becomes
 * a percent sign, so that the address is simply not found.
 */
export function mendAddresses(): void {
  if (shared.patchwardMendsAddresses) return
  shared.patchwardMendsAddresses = true
  subscribe('http.server.request.start', (message) => {
    // Node documents this shape of the channel's messages.
    const { request } = message as { request: IncomingMessage }
    request.url = mendAddress(request.url ?? '/')
  })
}

/** The address with each part of its path decodable; its query stays, since nobody fails on that. */
export function mendAddress(url: string): string {
  const end = url.search(/[?#]/)
  const path = end < 0 ? url : url.slice(0, end)
  const mended = path.split('/').map((part) => (isDecodable(part) ? part : part.replaceAll('%', '%25')))
  return mended.join('/') + url.slice(path.length)
}

function isDecodable(part: string): boolean {
  try {
    decodeURIComponent(part)
    return true
  } catch {
    return false
  }
}
