import type { Metadata } from 'next'
import { Link } from '@/components/link'
import { mailSinkUrl } from '@/server/mail/gateway'
import { paths } from '@/server/paths'
import { AskRecoveryForm, RedeemRecoveryButton } from '../../_components/recover-form'

// Keeps the token of a mail out of the Referer.
export const metadata: Metadata = { title: 'A way back in', referrer: 'strict-origin' }

type Props = { searchParams: Promise<{ token?: string | string[] }> }

/** Without a token: asks for a mail. With one: asks for a click, because mail scanners open links too. */
export default async function RecoverPage({ searchParams }: Props) {
  const { token } = await searchParams
  return (
    <>
      <h1 className="font-semibold text-title">A way back in</h1>
      {typeof token === 'string' ? (
        <>
          <p className="pt-1 pb-6 text-lead text-text-2">
            Press the button to use up your link. If you have a second factor, it comes next, or one of your recovery
            codes; then you choose a new password.
          </p>
          <RedeemRecoveryButton token={token} />
        </>
      ) : (
        <>
          <p className="pt-1 pb-6 text-lead text-text-2">
            We mail you a link. It does not sign in by itself: if you have a second factor, keep it or a recovery code
            at hand.
          </p>
          <AskRecoveryForm mailSinkUrl={mailSinkUrl()} />
        </>
      )}
      <p className="pt-6">
        <Link href={paths.signIn()} className="font-medium text-accent text-body">
          Back to sign in
        </Link>
      </p>
    </>
  )
}
