import type { Metadata } from 'next'
import { headers } from 'next/headers'
import { redirect } from 'next/navigation'
import { StepUpDialog } from '@/app/_components/step-up-dialog'
import { needsPassword } from '@/server/auth/add-factor'
import { findWayWithoutFactor } from '@/server/auth/go-on-without-factor'
import { findPassword } from '@/server/auth/passwords'
import { describeBrowser } from '@/server/auth/rules'
import { findOwnSession } from '@/server/auth/session'
import { paths } from '@/server/paths'
import { DirectoryButtons } from '../../_components/directory-buttons'
import { EnrolWays } from '../../_components/enrol-ways'
import { otherPasskeyAddress } from '../../_components/passkey-place'

export const metadata: Metadata = { title: 'Add a second factor' }

/** The one page of a session at this stage. */
export default async function EnrolPage() {
  const session = await findOwnSession()
  if (!session) redirect(paths.signIn())
  if (session.stage === 'full') redirect(paths.home())
  if (session.stage === 'second-factor') redirect(paths.secondFactor())
  return (
    <>
      <EnrolWays
        without={await findWayWithoutFactor(session)}
        asksPassword={await needsPassword(session)}
        hasPassword={(await findPassword(session.userId)) !== null}
        passkeyName={describeBrowser((await headers()).get('user-agent') ?? '')}
        otherAddress={await otherPasskeyAddress(paths.enrolFactor())}
      />
      <div className="pt-3">
        <DirectoryButtons />
      </div>
      <form method="post" action={paths.signOut()} className="pt-8">
        <button type="submit" className="font-medium text-accent text-body max-wide:min-h-11">
          Sign out
        </button>
      </form>
      <StepUpDialog />
    </>
  )
}
