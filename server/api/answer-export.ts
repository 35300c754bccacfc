import { z } from 'zod'
import type { SessionRow } from '../auth/sessions.ts'
import { beginExport } from '../client-exports/begin-export.ts'
import { streamExport } from '../client-exports/stream-export.ts'
import { notFound } from '../errors.ts'
import { answerDownload } from './answer-download.ts'

interface Asked {
  msp: string
  clientId: string
  findSignedIn(): Promise<SessionRow | null>
}

/** The HTTP door of a client's export. The step-up is asked for once: a large export outlasts ten minutes. */
export function answerExport(request: Request, { msp, clientId, findSignedIn }: Asked): Promise<Response> {
  return answerDownload({ request, msp, findSignedIn }, async (ctx, renew) => {
    if (!z.uuid().safeParse(clientId).success) throw notFound('This client')
    const { name, slug } = await beginExport(ctx, { clientId })
    const next = async () => {
      const fresh = await renew()
      return fresh.actor.kind === 'person' ? { ...fresh, actor: { ...fresh.actor, provedAt: fresh.now } } : fresh
    }
    return {
      body: streamExport({ id: clientId, name }, ctx.now, next),
      type: 'application/zip',
      fileName: `patchward-${slug}-${ctx.now.toISOString().slice(0, 10)}.zip`,
    }
  })
}
