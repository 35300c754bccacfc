import type { SessionRow } from '../auth/sessions.ts'
import { getStatementSchema } from '../billing/schema.ts'
import { getStatementFile } from '../billing/statements.ts'
import { notFound } from '../errors.ts'
import { answerDownload } from './answer-download.ts'

interface Asked {
  msp: string
  client: string
  month: string
  findSignedIn(): Promise<SessionRow | null>
}

/** The HTTP door of a client's statement as PDF. */
export function answerStatement(request: Request, { msp, client, month, findSignedIn }: Asked): Promise<Response> {
  return answerDownload({ request, msp, findSignedIn }, async (ctx) => {
    const input = getStatementSchema.safeParse({ client, month })
    if (!input.success) throw notFound('This statement')
    const { pdf, fileName } = await getStatementFile(ctx, input.data)
    return { body: new Blob([new Uint8Array(pdf)]).stream(), type: 'application/pdf', fileName }
  })
}
