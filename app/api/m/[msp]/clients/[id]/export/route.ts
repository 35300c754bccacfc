import { answerExport } from '@/server/api/answer-export'
import { findSignedIn } from '@/server/auth/session'

export const dynamic = 'force-dynamic'

/** All that belongs to one client, as a zip. */
export async function GET(
  request: Request,
  { params }: { params: Promise<{ msp: string; id: string }> },
): Promise<Response> {
  const { msp, id } = await params
  return answerExport(request, { msp, clientId: id, findSignedIn })
}
