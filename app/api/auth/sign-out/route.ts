import { isFromOwnPage } from '@/server/auth/peer-address'
import { signOut } from '@/server/auth/session'
import { paths } from '@/server/paths'
import { goTo } from '../go-to'

/** Ends the session of this browser. */
export async function POST(request: Request): Promise<Response> {
  if (isFromOwnPage(request.headers)) await signOut()
  return goTo(paths.signIn())
}
