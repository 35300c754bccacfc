'use client'
import { startAuthentication } from '@simplewebauthn/browser'
import { Fingerprint } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { useAction } from '@/app/_trpc/account-action'
import { accountApi } from '@/app/_trpc/account-client'
import { setStepUpDialog } from '@/app/_trpc/account-step-up'
import { goToDirectory } from '@/app/(auth)/_components/call-directory'
import { FormError } from '@/app/(auth)/_components/form-error'
import { PasswordInput } from '@/app/(auth)/_components/password-input'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { SkeletonRows } from '@/components/ui/skeleton'
import { passkeyAddress } from '@/server/auth/rules'
import { paths } from '@/server/paths'

type Ways = Awaited<ReturnType<typeof accountApi.stepUp.ways.query>>

/** Asks a person to prove once more that it is them, whenever a mutation of this page wants it (`stepUpLink`). */
export function StepUpDialog() {
  const [isOpen, setOpen] = useState(false)
  const [ways, setWays] = useState<Ways | null>(null)
  const answer = useRef<(isProved: boolean) => void>(undefined)
  const look = useAction(async () => setWays(await accountApi.stepUp.ways.query()))
  // The dialog is opened from outside of React; `look` is new with each render and always does the same.
  // biome-ignore lint/correctness/useExhaustiveDependencies: as said above
  useEffect(
    () =>
      setStepUpDialog(() => {
        setWays(null)
        setOpen(true)
        look.run()
        return new Promise<boolean>((resolve) => {
          answer.current = resolve
        })
      }),
    [],
  )
  const close = (isProved: boolean) => {
    setOpen(false)
    answer.current?.(isProved)
  }
  return (
    <Dialog
      isOpen={isOpen}
      onOpenChange={(next) => (next ? undefined : close(false))}
      title="Is it you?"
      description="This step wants a proof that is younger than ten minutes. Then it goes on by itself."
      widthPx={440}
    >
      {ways ? <Proofs ways={ways} onProved={() => close(true)} /> : <SkeletonRows count={2} columns={1} />}
      <FormError>{look.error}</FormError>
    </Dialog>
  )
}

function Proofs({ ways, onProved }: { ways: Ways; onProved: () => void }) {
  const other = ways.passkey ? passkeyAddress(window.location.href) : null
  const passkey = useAction(async () => {
    const optionsJSON = await accountApi.stepUp.passkeyOptions.mutate()
    await accountApi.stepUp.passkey.mutate({ response: await startAuthentication({ optionsJSON }) })
    onProved()
  })
  if (ways.passwordAlone) return <PasswordProof onProved={onProved} />
  if (!ways.passkey && !ways.code) return <NoWay directory={ways.directory} />
  return (
    <div className="flex flex-col gap-4 pb-2">
      {ways.passkey ? (
        <div className="flex flex-col gap-2">
          <Button
            variant="primary"
            size="touch"
            icon={<Fingerprint size={18} aria-hidden />}
            isPending={passkey.isPending}
            onClick={passkey.run}
            disabledReason={other ? `A passkey needs a host name: work at ${new URL(other).host} to use it.` : null}
            className="w-full"
          >
            Use a passkey
          </Button>
          <FormError>{passkey.error}</FormError>
        </div>
      ) : null}
      {ways.code ? <CodeProof asksPassword={ways.password} isPrimary={!ways.passkey} onProved={onProved} /> : null}
    </div>
  )
}

type CodeProofProps = { asksPassword: boolean; isPrimary: boolean; onProved: () => void }

function CodeProof({ asksPassword, isPrimary, onProved }: CodeProofProps) {
  const [code, setCode] = useState('')
  const [password, setPassword] = useState('')
  const action = useAction(async () => {
    await accountApi.stepUp.code.mutate({ code, ...(asksPassword ? { password } : {}) })
    onProved()
  })
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        // A dialog may lie over another form.
        event.stopPropagation()
        action.run()
      }}
    >
      {asksPassword ? (
        <Field label="Password">
          <PasswordInput value={password} onChange={setPassword} autoComplete="current-password" className="h-11" />
        </Field>
      ) : null}
      <Field label="Authenticator code">
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
      <FormError>{action.error}</FormError>
      <Button
        type="submit"
        size="touch"
        variant={isPrimary ? 'primary' : 'secondary'}
        isPending={action.isPending}
        className="w-full"
      >
        Go on
      </Button>
    </form>
  )
}

/** For who came by a password alone: of them no more is asked. */
function PasswordProof({ onProved }: { onProved: () => void }) {
  const [password, setPassword] = useState('')
  const action = useAction(async () => {
    await accountApi.stepUp.password.mutate({ password })
    onProved()
  })
  return (
    <form
      className="flex flex-col gap-4 pb-2"
      onSubmit={(event) => {
        event.preventDefault()
        event.stopPropagation()
        action.run()
      }}
    >
      <Field label="Password">
        <PasswordInput value={password} onChange={setPassword} autoComplete="current-password" className="h-11" />
      </Field>
      <FormError>{action.error}</FormError>
      <Button type="submit" size="touch" variant="primary" isPending={action.isPending} className="w-full">
        Go on
      </Button>
    </form>
  )
}

/** Nothing to prove it with: a new sign-in is a proof, and then they add a factor. */
function NoWay({ directory }: { directory: string | null }) {
  const again = useAction(() => goToDirectory(directory ?? '', 'step-up'))
  return (
    <div className="flex flex-col gap-3 pb-2 text-body text-text-2">
      {directory ? (
        <>
          <p>Prove it with your company account, then do this step again.</p>
          <Button variant="primary" size="touch" isPending={again.isPending} onClick={again.run} className="w-full">
            Use your company account
          </Button>
          <FormError>{again.error}</FormError>
        </>
      ) : (
        <p>
          You have no second factor to prove it with. Sign out and in again; then, within ten minutes, add a passkey or
          an authenticator app at Security.
        </p>
      )}
      <p className="flex flex-wrap items-center gap-x-5 gap-y-2">
        <a href={paths.security()} className="font-medium text-accent">
          Open Security
        </a>
        <button type="submit" form="step-up-sign-out" className="font-medium text-accent">
          Sign out
        </button>
      </p>
      <form id="step-up-sign-out" method="post" action={paths.signOut()} hidden />
    </div>
  )
}
