import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { findOwnSession, findSignedIn } from '@/server/auth/session'
import { paths } from '@/server/paths'
import { DirectoryButtons } from '../_components/directory-buttons'
import { HowToGetALink } from '../_components/how-to-get-a-link'
import { OrLine } from '../_components/or-line'
import { otherPasskeyAddress } from '../_components/passkey-place'
import { PasskeySignIn } from '../_components/passkey-sign-in'
import { SignInForm } from '../_components/sign-in-form'

export const metadata: Metadata = { title: 'Sign in' }

export default async function SignInPage() {
  if (await findSignedIn()) redirect(paths.home())
  const session = await findOwnSession()
  // Was full by a password alone, until a company of theirs asked for more: the session goes on there.
  if (session?.hasOneFactor && session.stage === 'enrol') redirect(paths.enrolFactor())
  return (
    <>
      <h1 className="font-semibold text-title">Sign in</h1>
      <p className="pt-1 pb-7 text-lead text-text-2">To your company’s console.</p>
      <div className="flex flex-col gap-3">
        <DirectoryButtons />
        <PasskeySignIn otherAddress={await otherPasskeyAddress(paths.signIn())} />
      </div>
      <OrLine />
      <SignInForm />
      <p className="pt-5 text-body text-text-3">
        If you have an authenticator app, we ask for its code next. Client managers sign in here too and see their own
        organisation only.
      </p>
      <details className="pt-8">
        <summary className="cursor-pointer text-detail text-text-3">First owner of a new installation?</summary>
        <div className="pt-3">
          <HowToGetALink />
        </div>
      </details>
    </>
  )
}
