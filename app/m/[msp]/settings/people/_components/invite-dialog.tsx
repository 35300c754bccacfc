'use client'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { UserPlus } from 'lucide-react'
import { useState } from 'react'
import { useTrpc } from '@/app/_trpc/client'
import { errorCodeOf } from '@/app/_trpc/query-client'
import { FormDialog } from '@/components/form-dialog'
import { formatSpelled } from '@/components/format'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { useToast } from '@/components/ui/toast'
import { invitationMs, memberCan } from '@/server/members/rules'
import { inviteMemberSchema } from '@/server/members/schema'
import type { Standing } from './people-types'
import { type NamedClient, type Reach, ReachFields } from './reach-fields'
import { sentToast } from './sent-toast'

const first: Reach = { role: 'technician', clients: 'all' }
const asked: Record<string, string> = {
  name: 'Write their name.',
  email: 'Write an e-mail address.',
  clients: 'Choose at least one client.',
}

/** Asks somebody in by mail: who they are, what they may do, whom they see. */
export function InviteDialog({ standing, clients }: { standing: Standing; clients: readonly NamedClient[] }) {
  const { viewer } = standing
  const trpc = useTrpc()
  const queryClient = useQueryClient()
  const showToast = useToast()
  const [isOpen, setIsOpen] = useState(false)
  const [values, setValues] = useState({ name: '', email: '' })
  const [reach, setReach] = useState(first)
  const [errors, setErrors] = useState<Record<string, string>>({})
  const refresh = () => queryClient.invalidateQueries(trpc.members.list.queryFilter())
  const invite = useMutation(
    trpc.members.invite.mutationOptions({
      async onSuccess({ mailSinkUrl }) {
        showToast(sentToast(`${values.name.trim()} is invited`, mailSinkUrl))
        setIsOpen(false)
        await refresh()
      },
      async onError(error) {
        if (errorCodeOf(error) !== 'SERVICE_UNAVAILABLE') return
        // What was stored stands: it is on the page, to be sent again.
        showToast({ title: 'The mail did not go', detail: error.message, isFailure: true })
        setIsOpen(false)
        await refresh()
      },
    }),
  )
  const change = (next: boolean) => {
    setIsOpen(next)
    if (!next) return
    setValues({ name: '', email: '' })
    setReach(viewer.hasAllClients ? first : { role: 'technician', clients: [] })
    setErrors({})
    invite.reset()
  }
  const submit = () => {
    if (invite.isPending) return
    const parsed = inviteMemberSchema.safeParse({ ...values, email: values.email.trim(), ...reach })
    if (parsed.success) {
      setErrors({})
      return invite.mutate(parsed.data)
    }
    setErrors(
      Object.fromEntries(
        parsed.error.issues.map(({ path, message }) => [String(path[0]), asked[String(path[0])] ?? message]),
      ),
    )
  }
  const verdict = memberCan.invite(viewer)
  return (
    <FormDialog
      trigger={
        <Button
          variant="primary"
          icon={<UserPlus size={14} aria-hidden />}
          disabledReason={verdict.can ? null : verdict.reason}
        >
          Invite somebody…
        </Button>
      }
      isOpen={isOpen && verdict.can}
      onClose={() => change(false)}
      onOpen={() => change(true)}
      title="Invite somebody"
      description={`They get a mail with a link that works once, for ${formatSpelled(invitationMs)}.`}
      verb={invite.isPending ? 'Sending…' : 'Send invitation'}
      isPending={invite.isPending}
      onSubmit={submit}
      error={invite.error && `Not invited: ${invite.error.message}`}
    >
      <Field label="Name" error={errors.name}>
        <Input
          value={values.name}
          onChange={(event) => setValues({ ...values, name: event.target.value })}
          maxLength={100}
          autoComplete="off"
        />
      </Field>
      <Field label="E-mail" hint="The mail goes here; they sign in with it later." error={errors.email}>
        <Input
          type="email"
          value={values.email}
          onChange={(event) => setValues({ ...values, email: event.target.value })}
          maxLength={254}
          autoComplete="off"
        />
      </Field>
      <ReachFields reach={reach} onChange={setReach} viewer={viewer} clients={clients} error={errors.clients} />
    </FormDialog>
  )
}
