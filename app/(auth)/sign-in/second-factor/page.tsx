import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { Link } from '@/components/link'
import { findFactors } from '@/server/auth/factors'
import { findOwnSession } from '@/server/auth/session'
import { paths } from '@/server/paths'
import { otherPasskeyAddress } from '../../_components/passkey-place'
import { SecondFactorWays } from '../../_components/second-factor-ways'

export const metadata: Metadata = { title: 'Second factor' }

/** The one page of a session at this stage. */
export default async function SecondFactorPage() {
  const session = await findOwnSession()
  if (!session) redirect(paths.signIn())
  if (session.stage === 'full') redirect(paths.home())
  if (session.stage === 'enrol') redirect(paths.enrolFactor())
  const { hasTotp, passkeys, recoveryCodesLeft } = await findFactors(session.userId)
  return (
    <>
      <h1 className="font-semibold text-title">Show your second factor</h1>
      <p className="pt-1 pb-7 text-lead text-text-2">
        As {session.email}.{' '}
        <Link href={paths.signIn()} className="font-medium text-accent">
          Somebody else
        </Link>
      </p>
      <SecondFactorWays
        hasTotp={hasTotp}
        hasPasskey={passkeys > 0}
        hasCodes={recoveryCodesLeft > 0}
        otherAddress={await otherPasskeyAddress(paths.signIn())}
      />
      <p className="pt-8 text-detail text-text-3">
        Lost both? An owner of your company can let you begin anew, at Settings, People.
      </p>
    </>
  )
}
