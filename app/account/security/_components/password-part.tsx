'use client'
import { KeyRound } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { useAction } from '@/app/_trpc/account-action'
import { accountApi } from '@/app/_trpc/account-client'
import { FormError } from '@/app/(auth)/_components/form-error'
import { PasswordInput } from '@/app/(auth)/_components/password-input'
import { FormDialog } from '@/components/form-dialog'
import { formatAgo } from '@/components/format'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { useToast } from '@/components/ui/toast'
import { PartRow } from './part-row'

type PasswordPartProps = { changedAt: Date | null; mayReset: boolean; now: Date }

/** The password of the person. After a recovery a new one is chosen without the old one. */
export function PasswordPart({ changedAt, mayReset, now }: PasswordPartProps) {
  const [isOpen, setOpen] = useState(false)
  const verb = changedAt ? (mayReset ? 'Choose a new one' : 'Change') : 'Set a password'
  return (
    <PartRow
      icon={<KeyRound size={16} />}
      title={changedAt ? 'Password' : 'No password'}
      detail={
        mayReset && changedAt
          ? 'You came by a recovery mail: choose a new one without the old one.'
          : changedAt
            ? `Changed ${formatAgo(changedAt, now)}`
            : 'You sign in without one.'
      }
      actions={
        <Button size="sm" variant={mayReset ? 'primary' : 'secondary'} onClick={() => setOpen(true)}>
          {verb}
        </Button>
      }
    >
      {isOpen ? <PasswordDialog asksCurrent={Boolean(changedAt) && !mayReset} onClose={() => setOpen(false)} /> : null}
    </PartRow>
  )
}

function PasswordDialog({ asksCurrent, onClose }: { asksCurrent: boolean; onClose: () => void }) {
  const router = useRouter()
  const showToast = useToast()
  const [current, setCurrent] = useState('')
  const [password, setPassword] = useState('')
  const action = useAction(async () => {
    await accountApi.security.setPassword.mutate({ password, ...(asksCurrent ? { current } : {}) })
    showToast({ title: 'Password changed.', detail: 'Every other session of yours has ended.' })
    router.refresh()
    onClose()
  })
  return (
    <FormDialog
      onClose={onClose}
      title="Choose a password"
      description="Every other session of yours ends."
      widthPx={440}
      verb="Change the password"
      isPending={action.isPending}
      onSubmit={() => action.run()}
    >
      {asksCurrent ? (
        <Field label="Password now">
          <PasswordInput value={current} onChange={setCurrent} autoComplete="current-password" />
        </Field>
      ) : null}
      <Field label="New password" hint="At least 8 characters. Longer is better than odd.">
        <PasswordInput value={password} onChange={setPassword} autoComplete="new-password" />
      </Field>
      <FormError>{action.error}</FormError>
    </FormDialog>
  )
}
