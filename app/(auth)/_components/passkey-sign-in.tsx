'use client'
import { startAuthentication } from '@simplewebauthn/browser'
import { Fingerprint } from 'lucide-react'
import { useAction } from '@/app/_trpc/account-action'
import { accountApi } from '@/app/_trpc/account-client'
import { Button } from '@/components/ui/button'
import { FormError } from './form-error'
import { goOn } from './go-on'
import { WhenReady } from './when-ready'

type PasskeySignInProps = {
  /** Where passkeys work, when it is not here. */
  otherAddress: string | null
  isPrimary?: boolean
}

/** Signs in with a passkey: no e-mail address, no password, no code. */
export function PasskeySignIn({ otherAddress, isPrimary = true }: PasskeySignInProps) {
  const action = useAction(async () => {
    const optionsJSON = await accountApi.signIn.passkeyOptions.mutate()
    const response = await startAuthentication({ optionsJSON })
    goOn((await accountApi.signIn.passkey.mutate({ response })).next)
  })
  return (
    <div className="flex flex-col gap-2">
      <WhenReady>
        <Button
          variant={isPrimary && !otherAddress ? 'primary' : 'secondary'}
          size="touch"
          icon={<Fingerprint size={18} aria-hidden />}
          isPending={action.isPending}
          onClick={() => (otherAddress ? window.location.assign(otherAddress) : action.run())}
          className="w-full text-lead"
        >
          Use a passkey
        </Button>
      </WhenReady>
      {otherAddress ? (
        <p className="text-detail text-text-3">
          A passkey needs a host name. The button takes you to {new URL(otherAddress).host}, the same console.
        </p>
      ) : null}
      <FormError>{action.error}</FormError>
    </div>
  )
}
