import type { Metadata } from 'next'
import { headers } from 'next/headers'
import { redirect } from 'next/navigation'
import { otherPasskeyAddress } from '@/app/(auth)/_components/passkey-place'
import { WhenReady } from '@/app/(auth)/_components/when-ready'
import { PageHeader } from '@/components/page-header'
import { SectionHead } from '@/components/section-head'
import { maySeeOwn } from '@/server/auth/linked-directories'
import { describeBrowser } from '@/server/auth/rules'
import { getSecurity } from '@/server/auth/security'
import { findSignedIn } from '@/server/auth/session'
import { paths } from '@/server/paths'
import { LinkedDirectories } from '../_components/linked-directories'
import { CodesPart } from './_components/codes-part'
import { PasskeysPart } from './_components/passkeys-part'
import { PasswordPart } from './_components/password-part'
import { ProveFirst } from './_components/prove-first'
import { SessionsPart } from './_components/sessions-part'
import { TotpPart } from './_components/totp-part'

export const metadata: Metadata = { title: 'Security' }

/** How one signs in, and where one is signed in. */
export default async function SecurityPage() {
  const signedIn = await findSignedIn()
  if (!signedIn) redirect(paths.signIn())
  if (!(await maySeeOwn(signedIn)))
    return (
      <WhenReady>
        <ProveFirst />
      </WhenReady>
    )
  const now = new Date()
  const security = await getSecurity(signedIn, now)
  const { person, passkeys, totp, password, mayResetPassword, recoveryCodesLeft, isLastWay, sessions } = security
  const factorCount = passkeys.length + Number(totp !== null)
  return (
    <WhenReady>
      <PageHeader title="Security" lead={`How ${person.name}, ${person.email}, signs in, and where.`} />
      <section aria-labelledby="factors">
        <SectionHead id="factors" title="Second factors" count={String(factorCount)} />
        {signedIn.hasOneFactor ? (
          <p className="pt-3.5 text-body text-text-2">
            You sign in with a password alone. A passkey or an app keeps out who learns it, and is asked for from then
            on.
          </p>
        ) : null}
        <PasskeysPart
          passkeys={passkeys}
          isLast={isLastWay}
          newName={describeBrowser((await headers()).get('user-agent') ?? '')}
          otherAddress={await otherPasskeyAddress(paths.security())}
          now={now}
        />
        <TotpPart totp={totp} isLast={isLastWay} asksPassword={password === null} now={now} />
        {factorCount > 0 ? <CodesPart left={recoveryCodesLeft} /> : null}
      </section>
      <section aria-labelledby="password">
        <SectionHead id="password" title="Password" />
        <PasswordPart changedAt={password?.changedAt ?? null} mayReset={mayResetPassword} now={now} />
      </section>
      <LinkedDirectories />
      <section aria-labelledby="sessions">
        <SectionHead id="sessions" title="Signed in" count={String(sessions.length)} />
        <SessionsPart sessions={sessions} now={now} />
      </section>
    </WhenReady>
  )
}
