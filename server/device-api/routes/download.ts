import { createReadStream } from 'node:fs'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { doorPaths } from '../../../agent/wire/door.ts'
import type { Door } from '../door.ts'
import { DoorError } from '../errors.ts'
import type { HashedFile } from '../hash-file.ts'

/** What a new machine fetches: the agent and the Node binary that runs it, each with its SHA-256. */
export function downloadRoutes(server: FastifyInstance, door: Door): void {
  addDownload(server, door, doorPaths.bundle, door.agentBundleFile, door.hashBundle, 'text/javascript; charset=utf-8')
  addDownload(server, door, doorPaths.node, door.nodeFile, door.hashNode, 'application/octet-stream')
}

function addDownload(
  server: FastifyInstance,
  door: Door,
  path: string,
  file: string,
  hashFile: () => Promise<HashedFile | null>,
  type: string,
): void {
  const look = async () => {
    const found = await hashFile()
    if (!found) throw new DoorError('not-found', 'This file has not been built here.')
    return found
  }
  const onRequest = async (request: { ip: string }) => {
    await door.limits.address.use(request.ip)
    await door.limits.download.use(request.ip)
  }
  server.get(path, { onRequest }, async (request, reply): Promise<FastifyReply> => {
    const { sha256, sizeBytes } = await look()
    const release = door.downloads.take(request.ip)
    reply.raw.once('close', release)
    if (reply.raw.destroyed) release()
    // Who asks and never reads would keep file and connection open for good.
    reply.raw.setTimeout(door.downloadStallMs, () => reply.raw.destroy())
    return reply
      .type(type)
      .header('content-length', sizeBytes)
      .header('x-content-type-options', 'nosniff')
      .header('etag', `"${sha256}"`)
      .send(createReadStream(file))
  })
  server.get(`${path}.sha256`, { onRequest }, async (_request, reply) => {
    const { sha256 } = await look()
    return reply.type('text/plain; charset=utf-8').send(`${sha256}\n`)
  })
}
