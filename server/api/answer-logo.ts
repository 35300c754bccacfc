import type { SessionRow } from '../auth/sessions.ts'
import { notFound } from '../errors.ts'
import { getLogo } from '../reports/delivery/find-look.ts'
import { getLogoSchema } from '../reports/schema.ts'
import { answerDownload } from './answer-download.ts'

interface Asked {
  msp: string
  hash: string
  findSignedIn(): Promise<SessionRow | null>
}

/** The HTTP door of an MSP's logo. Its address is its hash: a browser that has it need not ask again. */
export function answerLogo(request: Request, { msp, hash, findSignedIn }: Asked): Promise<Response> {
  return answerDownload({ request, msp, findSignedIn }, async (ctx) => {
    const input = getLogoSchema.safeParse({ hash })
    if (!input.success) throw notFound('This logo')
    const logo = await getLogo(ctx, input.data)
    const body = new Blob([new Uint8Array(logo)]).stream()
    return { body, type: 'image/png', fileName: 'logo.png', keepsForMs: 24 * 3_600_000 }
  })
}
