'use client'
import { useEffect, useState } from 'react'
import { useAction } from '@/app/_trpc/account-action'
import { accountApi } from '@/app/_trpc/account-client'
import { Button } from '@/components/ui/button'
import { CopyButton } from '@/components/ui/copy-button'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { SkeletonRows } from '@/components/ui/skeleton'
import { FormError } from './form-error'
import { PasswordInput } from './password-input'

type Offer = Awaited<ReturnType<typeof accountApi.factors.offerTotp.mutate>>

type TotpSetupProps = {
  /** A password is asked for beside the first code. */
  asksPassword: boolean
  /** They have a password already and may keep it. */
  hasPassword?: boolean
  onDone: (recoveryCodes: string[] | null) => void
}

/** An authenticator app, by QR code or by its text, with its first code as the proof that it works. */
export function TotpSetup({ asksPassword, hasPassword = false, onDone }: TotpSetupProps) {
  const [offer, setOffer] = useState<Offer | null>(null)
  const [code, setCode] = useState('')
  const [password, setPassword] = useState('')
  const begin = useAction(async () => setOffer(await accountApi.factors.offerTotp.mutate()))
  const confirm = useAction(async () => {
    if (!offer) return
    const chosen = asksPassword && password ? { password } : {}
    const { recoveryCodes } = await accountApi.factors.confirmTotp.mutate({
      sealedSeed: offer.sealedSeed,
      code,
      ...chosen,
    })
    onDone(recoveryCodes)
  })
  // One offer a visit of this part; `begin` is new with each render.
  // biome-ignore lint/correctness/useExhaustiveDependencies: as said above
  useEffect(() => {
    begin.run()
  }, [])
  if (!offer) return begin.error ? <FormError>{begin.error}</FormError> : <SkeletonRows count={4} columns={1} />
  return (
    <form
      className="flex flex-col gap-5"
      onSubmit={(event) => {
        event.preventDefault()
        confirm.run()
      }}
    >
      <div className="flex items-start gap-5 max-[430px]:flex-col">
        <QrCode {...offer.qr} />
        <div className="flex min-w-0 flex-col gap-2">
          <p className="text-body text-text-2">
            Scan this with an authenticator app on your phone. Or type this key into the app:
          </p>
          <p className="mono wrap-anywhere text-body text-text">{offer.text}</p>
          <CopyButton text={offer.text.replaceAll(' ', '')} label="Copy key" size="sm" className="self-start" />
        </div>
      </div>
      {asksPassword ? (
        <Field
          label={hasPassword ? 'New password' : 'Choose a password'}
          hint={
            hasPassword
              ? 'Leave it empty to keep the one you have.'
              : 'At least 8 characters. Longer is better than odd.'
          }
        >
          <PasswordInput value={password} onChange={setPassword} autoComplete="new-password" className="h-11" />
        </Field>
      ) : null}
      <Field label="Code that the app shows now">
        <Input
          isMono
          inputMode="numeric"
          autoComplete="one-time-code"
          maxLength={8}
          value={code}
          onChange={(event) => setCode(event.target.value)}
          className="h-11 text-lead"
        />
      </Field>
      <FormError>{confirm.error}</FormError>
      <Button type="submit" variant="primary" size="touch" isPending={confirm.isPending} className="w-full text-lead">
        Add the authenticator app
      </Button>
    </form>
  )
}

/** Dark on light in both themes: cameras expect it. */
function QrCode({ size, path }: { size: number; path: string }) {
  return (
    <svg
      role="img"
      aria-label="QR code of the key beside it"
      viewBox={`0 0 ${size} ${size}`}
      shapeRendering="crispEdges"
      className="w-[172px] shrink-0 rounded-tag border border-line-strong bg-[light-dark(var(--canvas),var(--text))] text-[light-dark(var(--text),var(--canvas))]"
    >
      <path d={path} fill="currentColor" />
    </svg>
  )
}
