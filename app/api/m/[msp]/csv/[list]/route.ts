import { answerCsv } from '@/server/api/answer-csv'
import { findSignedIn } from '@/server/auth/session'

export const dynamic = 'force-dynamic'

/** A list of the console as a file: `…/csv/<list>?<the filters of its page>`. */
export async function GET(request: Request, { params }: RouteContext<'/api/m/[msp]/csv/[list]'>): Promise<Response> {
  const { msp, list } = await params
  return answerCsv(request, { msp, list, findSignedIn })
}
