'use client'
import { useState } from 'react'
import { accountApi } from '@/app/_trpc/account-client'
import { CodeForm } from './code-form'
import { goOn } from './go-on'
import { OrLine } from './or-line'
import { PasskeySignIn } from './passkey-sign-in'

type Way = 'totp' | 'recovery'
type SecondFactorWaysProps = { hasTotp: boolean; hasPasskey: boolean; hasCodes: boolean; otherAddress: string | null }

/** The second proof, in the ways this person has set up. */
export function SecondFactorWays({ hasTotp, hasPasskey, hasCodes, otherAddress }: SecondFactorWaysProps) {
  const [way, setWay] = useState<Way>(hasTotp ? 'totp' : 'recovery')
  const check = async (code: string) => {
    const procedure = way === 'totp' ? accountApi.signIn.code : accountApi.signIn.recoveryCode
    goOn((await procedure.mutate({ code })).next)
  }
  const other: Way = way === 'totp' ? 'recovery' : 'totp'
  const isOtherThere = other === 'totp' ? hasTotp : hasCodes
  const isThere = way === 'totp' ? hasTotp : hasCodes
  return (
    <>
      {hasPasskey ? <PasskeySignIn otherAddress={otherAddress} isPrimary={!hasTotp} /> : null}
      {hasPasskey && isThere ? <OrLine /> : null}
      {isThere ? <CodeForm key={way} kind={way} verb="Sign in" onCode={check} /> : null}
      {isOtherThere ? (
        <button
          type="button"
          onClick={() => setWay(other)}
          className="pt-4 text-left font-medium text-accent text-body max-wide:min-h-11"
        >
          {other === 'recovery' ? 'Use a recovery code' : 'Use the authenticator app'}
        </button>
      ) : null}
    </>
  )
}
