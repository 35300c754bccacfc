import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTrpc } from '@/app/_trpc/client'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
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
    <Dialog
      isOpen
      onOpenChange={(next) => (next ? undefined : onClose())}
      title={`Role and clients of ${person.name}`}
      description="It holds from their next request on. Nobody gives more than they have."
      footer={
        <>
          <Button onClick={onClose}>Not now</Button>
          <Button variant="primary" isPending={change.isPending} onClick={submit}>
            Save for {person.name}
          </Button>
        </>
      }
    >
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          submit()
        }}
      >
        <ReachFields reach={reach} onChange={setReach} viewer={standing.viewer} clients={clients} error={error} />
        <button type="submit" hidden aria-hidden tabIndex={-1} />
        {change.error ? (
          <p role="alert" className="text-detail text-fail">
            Not changed: {change.error.message}
          </p>
        ) : null}
      </form>
    </Dialog>
  )
}
