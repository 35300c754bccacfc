import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTrpc } from '@/app/_trpc/client'
import { FormDialog } from '@/components/form-dialog'
import { useToast } from '@/components/ui/toast'
import { roleNames } from '@/server/members/rules'
import { changeMemberSchema } from '@/server/members/schema'
import type { Person, Standing } from './people-types'
import { type NamedClient, type Reach, ReachFields } from './reach-fields'

type ChangeDialogProps = {
  person: Person
  standing: Standing
  clients: readonly NamedClient[]
  onClose: () => void
}

/** Another role, other clients. Give it a key of the person, so that it begins with what they have. */
export function ChangeDialog({ person, standing, clients, onClose }: ChangeDialogProps) {
  const trpc = useTrpc()
  const queryClient = useQueryClient()
  const showToast = useToast()
  const [reach, setReach] = useState<Reach>({
    role: person.role,
    clients: person.hasAllClients ? 'all' : person.clients.map(({ id }) => id),
  })
  const [error, setError] = useState<string>()
  const change = useMutation(
    trpc.members.change.mutationOptions({
      async onSuccess() {
        showToast({
          title: `${person.name} is ${roleNames[reach.role]} now`,
          detail: 'It holds from their next request on.',
        })
        onClose()
        await queryClient.invalidateQueries()
      },
    }),
  )
  const submit = () => {
    if (change.isPending) return
    const parsed = changeMemberSchema.safeParse({ userId: person.userId, ...reach })
    setError(parsed.success ? undefined : 'Choose at least one client.')
    if (parsed.success) change.mutate(parsed.data)
  }
  return (
    <FormDialog
      onClose={onClose}
      title={`Role and clients of ${person.name}`}
      description="It holds from their next request on. Nobody gives more than they have."
      verb={`Save for ${person.name}`}
      isPending={change.isPending}
      onSubmit={submit}
      error={change.error && `Not changed: ${change.error.message}`}
    >
      <ReachFields reach={reach} onChange={setReach} viewer={standing.viewer} clients={clients} error={error} />
    </FormDialog>
  )
}
