'use client'
import { useRef } from 'react'
import { useAction } from '@/app/_trpc/account-action'
import { accountApi } from '@/app/_trpc/account-client'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import type { WayWithoutFactor } from '@/server/auth/go-on-without-factor'
import { FormError } from './form-error'
import { goOn } from './go-on'
import { PasswordInput } from './password-input'
import { WhenReady } from './when-ready'

/** On without a second factor: with a password chosen here, or with the one that was shown a moment ago. */
export function WithoutFactor({ way }: { way: WayWithoutFactor }) {
  const password = useRef<HTMLInputElement>(null)
  const action = useAction(async () => {
    const chosen = way === 'password' ? { password: password.current?.value ?? '' } : {}
    goOn((await accountApi.signIn.withoutFactor.mutate(chosen)).next)
  })
  return (
    <form
      className="flex flex-col gap-4 pt-3"
      onSubmit={(event) => {
        event.preventDefault()
        action.run()
      }}
    >
      {way === 'password' ? (
        <Field label="Choose a password" hint="At least 8 characters. Longer is better than odd.">
          <PasswordInput inputRef={password} autoComplete="new-password" className="h-11" />
        </Field>
      ) : null}
      <FormError>{action.error}</FormError>
      <WhenReady>
        <Button
          type="submit"
          variant={way === 'password' ? 'primary' : 'ghost'}
          size="touch"
          isPending={action.isPending}
          className="w-full text-lead"
        >
          {way === 'password' ? 'Go on with this password' : 'Later'}
        </Button>
      </WhenReady>
    </form>
  )
}
