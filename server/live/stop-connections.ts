import { subscribe } from 'node:diagnostics_channel'
import type { Server } from 'node:http'

/** Requests under way get this long to end. */
const graceMs = 3_000
const shared = globalThis as { patchwardStopsConnections?: boolean }

/**
 * A process that is told to stop closes what browsers keep open. Next only stops listening and then waits for every connection to end
 * by itself; sockets that a browser opened ahead of need and never used would hold it up for a minute.
 */
export function stopConnectionsOnSignal(): void {
  if (shared.patchwardStopsConnections) return
  shared.patchwardStopsConnections = true
  const servers = new Set<Server>()
  subscribe('http.server.request.start', (message) => {
    // Node documents this shape of the channel's messages.
    servers.add((message as { server: Server }).server)
  })
  const stop = () => {
    setTimeout(() => {
      for (const server of servers) server.closeAllConnections()
    }, graceMs).unref()
  }
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
}
