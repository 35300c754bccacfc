import { readFile } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import { join, normalize } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { listenOnLoopback } from './listen-on-loopback.ts'

/** How the archive misbehaves: a deb with one byte changed, a broken signature, late answers, or no service at all. */
export type RepositoryFault =
  | { kind: 'none' }
  | { kind: 'tampered-deb' }
  | { kind: 'wrong-signature' }
  | { kind: 'slow'; delayMs: number }
  | { kind: 'down' }

/** One request, noted when it came. */
export type RepositoryRequest = { at: Date; path: string; status: number }

export type RepositoryServer = {
  url: string
  port: number
  /** The newest 5,000 requests, oldest first. */
  requests: RepositoryRequest[]
  setFault: (fault: RepositoryFault) => void
  close: () => Promise<void>
}

const keptRequests = 5000

/**
 * Serves the archive in `folder` on loopback. A wished port that is taken is replaced by a free one.
 * Never answers 304: apt compares times by the second and would miss a change made within one.
 */
export async function startRepositoryServer(options: { folder: string; port?: number }): Promise<RepositoryServer> {
  let fault: RepositoryFault = { kind: 'none' }
  const requests: RepositoryRequest[] = []
  const answer = async (url: string, response: ServerResponse) => {
    const path = normalize(decodeURIComponent(new URL(url, 'http://lab').pathname))
    const content = /^\/(pool|dists)\//.test(path) ? await readFile(join(options.folder, path)).catch(() => null) : null
    const status = fault.kind === 'down' ? 503 : content ? 200 : 404
    requests.push({ at: new Date(), path, status })
    if (requests.length > keptRequests) requests.shift()
    if (fault.kind === 'slow') await wait(fault.delayMs)
    response.writeHead(status, { 'content-type': 'application/octet-stream' })
    response.end(status === 200 && content ? spoil(path, content, fault) : '')
  }
  const server = createServer((request, response) => {
    answer(request.url ?? '/', response).catch(() => response.writeHead(400).end())
  })
  const port = await listenOnLoopback(server, options.port)
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    requests,
    setFault: (next) => {
      fault = next
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function spoil(path: string, content: Buffer, fault: RepositoryFault): Buffer {
  if (fault.kind === 'tampered-deb' && path.endsWith('.deb')) {
    const changed = Buffer.from(content)
    const last = changed.length - 1
    changed.writeUInt8(changed.readUInt8(last) ^ 1, last)
    return changed
  }
  if (fault.kind === 'wrong-signature' && path.endsWith('/InRelease')) {
    return Buffer.from(content.toString('utf8').replace('Origin: LabOS', 'Origin: LabOX'))
  }
  return content
}
