import type { SessionRow } from '../auth/sessions.ts'
import { notFound } from '../errors.ts'
import { getReportFile } from '../reports/queries.ts'
import { getReportSchema } from '../reports/schema.ts'
import { answerDownload } from './answer-download.ts'

interface Asked {
  msp: string
  reportId: string
  findSignedIn(): Promise<SessionRow | null>
}

/** The HTTP door of a report's PDF, for the console and the portal. */
export function answerReport(request: Request, { msp, reportId, findSignedIn }: Asked): Promise<Response> {
  return answerDownload({ request, msp, findSignedIn }, async (ctx) => {
    const input = getReportSchema.safeParse({ reportId })
    if (!input.success) throw notFound('This report')
    const { pdf, fileName } = await getReportFile(ctx, input.data)
    return { body: new Blob([new Uint8Array(pdf)]).stream(), type: 'application/pdf', fileName }
  })
}
