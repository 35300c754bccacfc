import type { Metadata } from 'next'
import { formatSpelled } from '@/components/format'
import { Button } from '@/components/ui/button'
import { linkMs } from '@/server/auth/rules'
import { paths } from '@/server/paths'
import { HowToGetALink } from '../../_components/how-to-get-a-link'

// Keeps the token out of the Referer; `no-referrer` would also empty the Origin that the form's POST is judged by.
export const metadata: Metadata = { title: 'Sign in', referrer: 'strict-origin' }

type Props = { searchParams: Promise<{ token?: string | string[] }> }

/** Opening a link changes nothing, because mail scanners open links too: the button uses it up. */
export default async function SignInLinkPage({ searchParams }: Props) {
  const { token } = await searchParams
  if (typeof token !== 'string') return <LinkRefused />
  return (
    <>
      <h1 className="font-semibold text-title">Sign in</h1>
      <p className="pt-1 pb-6 text-lead text-text-2">Press the button to use up your link and go on.</p>
      <form method="post" action={paths.redeemSignInLink()}>
        <input type="hidden" name="token" value={token} />
        <Button type="submit" variant="primary" size="touch" className="w-full">
          Sign in
        </Button>
      </form>
    </>
  )
}

function LinkRefused() {
  return (
    <>
      <h1 className="font-semibold text-title">This link does not sign in</h1>
      <p className="pt-1 pb-6 text-lead text-text-2">
        It was used already or is older than {formatSpelled(linkMs)}. Make another one.
      </p>
      <HowToGetALink />
    </>
  )
}
