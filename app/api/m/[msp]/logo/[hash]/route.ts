import { answerLogo } from '@/server/api/answer-logo'
import { findSignedIn } from '@/server/auth/session'

export const dynamic = 'force-dynamic'

/** The logo of an MSP. */
export async function GET(request: Request, { params }: RouteContext<'/api/m/[msp]/logo/[hash]'>): Promise<Response> {
  const { msp, hash } = await params
  return answerLogo(request, { msp, hash, findSignedIn })
}
