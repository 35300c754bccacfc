'use client'
import { startRegistration } from '@simplewebauthn/browser'
import { Fingerprint, Smartphone } from 'lucide-react'
import { useState } from 'react'
import { useAction } from '@/app/_trpc/account-action'
import { accountApi } from '@/app/_trpc/account-client'
import { Button } from '@/components/ui/button'
import type { WayWithoutFactor } from '@/server/auth/go-on-without-factor'
import { FormError } from './form-error'
import { goOn } from './go-on'
import { OrLine } from './or-line'
import { RecoveryCodes } from './recovery-codes'
import { TotpSetup } from './totp-setup'
import { WhenReady } from './when-ready'
import { WithoutFactor } from './without-factor'

type EnrolWaysProps = {
  /** How they may go on without a factor, if they may. */
  without: WayWithoutFactor | null
  asksPassword: boolean
  hasPassword: boolean
  /** What a passkey made here is called until its owner says otherwise. */
  passkeyName: string
  otherAddress: string | null
}

const words = {
  needed: {
    title: 'Add a second factor',
    lead: 'Your company asks for more than a password. Add a passkey, or an app that shows codes.',
  },
  later: {
    title: 'Add a second factor',
    lead: 'It keeps out who learns your password. Add a passkey, or an app that shows codes, now or later.',
  },
  password: {
    title: 'Choose how you sign in',
    lead: 'A password is enough here. A passkey, or an app that shows codes, keeps out who learns it; you can add one later too.',
  },
} as const

/** The first second factor: a passkey, or an authenticator app. Then the recovery codes, once, and on into the product. */
export function EnrolWays({ without, asksPassword, hasPassword, passkeyName, otherAddress }: EnrolWaysProps) {
  const [isApp, setApp] = useState(false)
  const [codes, setCodes] = useState<string[] | null>(null)
  const done = (recoveryCodes: string[] | null) => (recoveryCodes ? setCodes(recoveryCodes) : goOn('home'))
  const passkey = useAction(async () => {
    const optionsJSON = await accountApi.factors.offerPasskey.mutate()
    const response = await startRegistration({ optionsJSON })
    done((await accountApi.factors.addPasskey.mutate({ name: passkeyName, response })).recoveryCodes)
  })
  if (codes)
    return (
      <>
        <h1 className="pb-2 font-semibold text-title">Your recovery codes</h1>
        <RecoveryCodes codes={codes} verb="I have kept them, go on" onDone={() => goOn('home')} />
      </>
    )
  return (
    <>
      <h1 className="font-semibold text-title">{words[without ?? 'needed'].title}</h1>
      <p className="pt-1 pb-6 text-lead text-text-2">{words[without ?? 'needed'].lead}</p>
      {without === 'password' && !isApp ? (
        <>
          <WithoutFactor way={without} />
          <OrLine />
        </>
      ) : null}
      {isApp ? (
        <TotpSetup asksPassword={asksPassword} hasPassword={hasPassword} onDone={done} />
      ) : (
        <>
          <WhenReady>
            <Button
              variant={otherAddress || without === 'password' ? 'secondary' : 'primary'}
              size="touch"
              icon={<Fingerprint size={18} aria-hidden />}
              isPending={passkey.isPending}
              onClick={() => passkey.run()}
              disabledReason={
                otherAddress
                  ? `A passkey needs a host name: sign in at ${new URL(otherAddress).host} to make one.`
                  : null
              }
              className="w-full text-lead"
            >
              Add a passkey
            </Button>
          </WhenReady>
          <p className="pt-2 text-detail text-text-3">
            Finger, face or PIN of this device, or a security key. Nothing to type.
          </p>
          <FormError>{passkey.error}</FormError>
          <OrLine />
          <WhenReady>
            <Button
              size="touch"
              icon={<Smartphone size={18} aria-hidden />}
              onClick={() => setApp(true)}
              className="w-full text-lead"
            >
              Use an authenticator app
            </Button>
          </WhenReady>
          {without === 'later' ? <WithoutFactor way={without} /> : null}
        </>
      )}
    </>
  )
}
