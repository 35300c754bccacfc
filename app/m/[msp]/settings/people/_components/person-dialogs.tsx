import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useMsp, useTrpc } from '@/app/_trpc/client'
import { useToast } from '@/components/ui/toast'
import { paths } from '@/server/paths'
import { ReasonDialog } from '../../../_components/reason-dialog'
import { ChangeDialog } from './change-dialog'
import type { Person, PersonVerb, Standing } from './people-types'
import type { NamedClient } from './reach-fields'
import { sentToast } from './sent-toast'
import { TransferDialog } from './transfer-dialog'

type PersonDialogsProps = {
  chosen: { verb: PersonVerb; person: Person } | null
  standing: Standing
  clients: readonly NamedClient[]
  company: string
  onClose: () => void
}

/** The dialog of what was chosen for a person. Each begins anew for another one. */
export function PersonDialogs({ chosen, standing, clients, company, onClose }: PersonDialogsProps) {
  if (!chosen) return null
  const { verb, person } = chosen
  const props = { person, onClose }
  switch (verb) {
    case 'change':
      return <ChangeDialog key={person.userId} {...props} standing={standing} clients={clients} />
    case 'transfer':
      return <TransferDialog key={person.userId} {...props} company={company} />
    case 'suspend':
      return <SuspendDialog key={person.userId} {...props} />
    case 'reset':
      return <ResetDialog key={person.userId} {...props} />
    case 'remove':
      return <RemoveDialog key={person.userId} {...props} company={company} />
  }
}

type OneProps = { person: Person; onClose: () => void }

/** What all of them do when it is done: say so, close, read the list anew. */
function useDone({ onClose }: OneProps) {
  const trpc = useTrpc()
  const queryClient = useQueryClient()
  const showToast = useToast()
  return (toast: Parameters<typeof showToast>[0]) => {
    showToast(toast)
    onClose()
    return queryClient.invalidateQueries(trpc.members.list.queryFilter())
  }
}

function SuspendDialog(props: OneProps) {
  const { person, onClose } = props
  const done = useDone(props)
  const suspend = useMutation(
    useTrpc().members.suspend.mutationOptions({
      onSuccess: () => done({ title: `${person.name} is suspended`, detail: 'They are out with their next request.' }),
    }),
  )
  return (
    <ReasonDialog
      isOpen
      onClose={onClose}
      title={`Suspend ${person.name}`}
      description="They are out at once and come back as they were when somebody lets them in again. Their API keys do not work meanwhile."
      verb="Suspend"
      isPending={suspend.isPending}
      error={suspend.error ? `Not suspended: ${suspend.error.message}` : undefined}
      onConfirm={(reason) => suspend.mutate({ userId: person.userId, reason })}
    />
  )
}

function ResetDialog(props: OneProps) {
  const { person, onClose } = props
  const done = useDone(props)
  const reset = useMutation(
    useTrpc().members.resetFactors.mutationOptions({
      onSuccess: ({ mailSinkUrl }) => done(sentToast(`${person.name} got a link to begin anew`, mailSinkUrl)),
    }),
  )
  return (
    <ReasonDialog
      isOpen
      onClose={onClose}
      title={`Take ${person.name}’s ways to sign in away`}
      description="Their passkeys, authenticator app, password, linked accounts and API keys are gone, and they are signed out. A mail lets them add new ways to sign in."
      verb="Take away and send the mail"
      isPending={reset.isPending}
      error={reset.error?.message}
      onConfirm={(reason) => reset.mutate({ userId: person.userId, reason })}
    />
  )
}

function RemoveDialog(props: OneProps & { company: string }) {
  const { person, onClose, company } = props
  const { slug } = useMsp()
  const done = useDone(props)
  const verb = person.isSelf ? 'Leave' : 'Remove'
  const remove = useMutation(
    useTrpc().members.remove.mutationOptions({
      onSuccess: () =>
        person.isSelf
          ? window.location.assign(paths.msp(slug))
          : done({ title: `${person.name} is not a member any more`, detail: 'What they did stays in the audit log.' }),
    }),
  )
  return (
    <ReasonDialog
      isOpen
      onClose={onClose}
      title={person.isSelf ? `Leave ${company}` : `Remove ${person.name}`}
      description={`${person.isSelf ? 'You' : 'They'} cannot come in here any more, and API keys made here die. Coming back takes a new invitation.`}
      verb={verb}
      isPending={remove.isPending}
      error={remove.error ? `Not done: ${remove.error.message}` : undefined}
      onConfirm={(reason) => remove.mutate({ userId: person.userId, reason })}
    />
  )
}
