import { answerReport } from '@/server/api/answer-report'
import { findSignedIn } from '@/server/auth/session'

export const dynamic = 'force-dynamic'

/** A monthly report as PDF. */
export async function GET(
  request: Request,
  { params }: RouteContext<'/api/m/[msp]/reports/[id]/pdf'>,
): Promise<Response> {
  const { msp, id } = await params
  return answerReport(request, { msp, reportId: id, findSignedIn })
}
