'use client'
import { useRef, useState } from 'react'
import { useAction } from '@/app/_trpc/account-action'
import { accountApi } from '@/app/_trpc/account-client'
import { formatSpelled } from '@/components/format'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { linkMs } from '@/server/auth/rules'
import { FormError } from './form-error'
import { goOn } from './go-on'
import { WhenReady } from './when-ready'

/** Asks for a mail. The answer is the same whoever asks. */
export function AskRecoveryForm({ mailSinkUrl }: { mailSinkUrl: string | null }) {
  const email = useRef<HTMLInputElement>(null)
  const [isAsked, setAsked] = useState(false)
  const action = useAction(async () => {
    await accountApi.signIn.askRecovery.mutate({ email: email.current?.value ?? '' })
    setAsked(true)
  })
  if (isAsked)
    return (
      <div role="status" className="flex flex-col gap-3 text-lead text-text-2">
        <p>If this address is known here, a mail is on its way. Its link works once, within {formatSpelled(linkMs)}.</p>
        <p className="text-detail text-text-3">
          No mail? Look into the spam folder, then ask your owner: they can let you begin anew.
        </p>
        {mailSinkUrl ? (
          <a href={mailSinkUrl} className="font-medium text-accent text-body">
            Read the mails of this development stack
          </a>
        ) : null}
      </div>
    )
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        action.run()
      }}
    >
      <Field label="Work e-mail">
        <Input ref={email} type="email" autoComplete="username" className="h-11" />
      </Field>
      <FormError>{action.error}</FormError>
      <WhenReady>
        <Button type="submit" variant="primary" size="touch" isPending={action.isPending} className="w-full text-lead">
          Send the mail
        </Button>
      </WhenReady>
    </form>
  )
}

/** The confirm click of a recovery mail. */
export function RedeemRecoveryButton({ token }: { token: string }) {
  const action = useAction(async () => goOn((await accountApi.signIn.redeemRecovery.mutate({ token })).next))
  return (
    <div className="flex flex-col gap-3">
      <WhenReady>
        <Button
          variant="primary"
          size="touch"
          isPending={action.isPending}
          onClick={() => action.run()}
          className="w-full text-lead"
        >
          Go on
        </Button>
      </WhenReady>
      <FormError>{action.error}</FormError>
    </div>
  )
}
