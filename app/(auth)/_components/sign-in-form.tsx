'use client'
import { useRef } from 'react'
import { useAction } from '@/app/_trpc/account-action'
import { accountApi } from '@/app/_trpc/account-client'
import { Link } from '@/components/link'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { paths } from '@/server/paths'
import { FormError } from './form-error'
import { goOn } from './go-on'
import { PasswordInput } from './password-input'
import { WhenReady } from './when-ready'

/** E-mail address and password: the first of two proofs. */
export function SignInForm() {
  // Not steered by React: what a browser or a person filled in before the scripts ran stays.
  const email = useRef<HTMLInputElement>(null)
  const password = useRef<HTMLInputElement>(null)
  const action = useAction(async () => {
    const typed = { email: email.current?.value ?? '', password: password.current?.value ?? '' }
    goOn((await accountApi.signIn.password.mutate(typed)).next)
  })
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
      <div className="relative">
        <Field label="Password">
          <PasswordInput inputRef={password} autoComplete="current-password" className="h-11" />
        </Field>
        <Link href={paths.recovery()} className="absolute top-0 right-0 font-medium text-accent text-body">
          Forgotten?
        </Link>
      </div>
      <FormError>{action.error}</FormError>
      <WhenReady>
        <Button type="submit" size="touch" isPending={action.isPending} className="mt-1 w-full text-lead">
          Continue
        </Button>
      </WhenReady>
    </form>
  )
}
