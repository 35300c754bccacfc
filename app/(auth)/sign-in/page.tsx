import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { findSignedIn } from '@/server/auth/session'
import { paths } from '@/server/paths'
import { HowToGetALink } from '../_components/how-to-get-a-link'

export const metadata: Metadata = { title: 'Sign in' }

export default async function SignInPage() {
  if (await findSignedIn()) redirect(paths.home())
  return (
    <>
      <h1 className="font-semibold text-title">Sign in</h1>
      <p className="pt-1 pb-6 text-lead text-text-2">You sign in with a link that works once.</p>
      <HowToGetALink />
    </>
  )
}
