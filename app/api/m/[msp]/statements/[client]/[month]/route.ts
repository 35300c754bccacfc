import { answerStatement } from '@/server/api/answer-statement'
import { findSignedIn } from '@/server/auth/session'

export const dynamic = 'force-dynamic'

/** The statement of a client for a month, as PDF. */
export async function GET(
  request: Request,
  { params }: RouteContext<'/api/m/[msp]/statements/[client]/[month]'>,
): Promise<Response> {
  return answerStatement(request, { ...(await params), findSignedIn })
}
