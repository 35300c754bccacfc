import type { FastifyInstance } from 'fastify'
import type { Door } from '../door.ts'
import { DoorError } from '../errors.ts'
import { renderInstallScript } from '../install/render-install-script.ts'

/** `GET /install.sh`: what the enrolment page's command fetches. Holds no secret; the token is asked for on the machine. */
export function installRoute(server: FastifyInstance, door: Door): void {
  const onRequest = async (request: { ip: string }) => {
    await door.limits.address.use(request.ip)
    await door.limits.download.use(request.ip)
  }
  server.get('/install.sh', { onRequest }, async (_request, reply) => {
    const [bundle, node] = await Promise.all([door.hashBundle(), door.hashNode()])
    if (!bundle || !node) throw new DoorError('not-found', 'The agent has not been built here.')
    const script = await renderInstallScript({
      server: door.publicUrl,
      bundleSha256: bundle.sha256,
      nodeSha256: node.sha256,
      architecture: process.arch,
    })
    return reply
      .type('text/x-shellscript; charset=utf-8')
      .header('x-content-type-options', 'nosniff')
      .header('cache-control', 'no-store')
      .send(script)
  })
}
