'use client'
import { useRef } from 'react'
import { useAction } from '@/app/_trpc/account-action'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { FormError } from './form-error'
import { WhenReady } from './when-ready'

type CodeFormProps = {
  kind: 'totp' | 'recovery'
  verb: string
  onCode: (code: string) => Promise<void>
}

const words = {
  totp: { label: 'Authenticator code', hint: 'Six digits, from the app on your phone.' },
  recovery: { label: 'Recovery code', hint: 'One of the ten that you kept. Each works once.' },
}

/** One code to type. */
export function CodeForm({ kind, verb, onCode }: CodeFormProps) {
  const code = useRef<HTMLInputElement>(null)
  const action = useAction(() => onCode(code.current?.value ?? ''))
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        action.run()
      }}
    >
      <Field label={words[kind].label} hint={words[kind].hint}>
        <Input
          isMono
          inputMode={kind === 'totp' ? 'numeric' : 'text'}
          autoComplete={kind === 'totp' ? 'one-time-code' : 'off'}
          autoCapitalize="characters"
          spellCheck={false}
          maxLength={kind === 'totp' ? 8 : 30}
          ref={code}
          className="h-11 text-lead"
        />
      </Field>
      <FormError>{action.error}</FormError>
      <WhenReady>
        <Button type="submit" variant="primary" size="touch" isPending={action.isPending} className="w-full text-lead">
          {verb}
        </Button>
      </WhenReady>
    </form>
  )
}
