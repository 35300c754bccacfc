import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTrpc } from '@/app/_trpc/client'
import { FormDialog } from '@/components/form-dialog'
import { plural } from '@/components/format'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { useToast } from '@/components/ui/toast'
import { ClientPicker } from '../../../_components/client-picker'

type Named = { id: string; name: string }
type GroupDialogProps = {
  group: { id: string; name: string; clientIds: readonly string[] } | null
  clients: readonly Named[]
  onClose: () => void
}

/** Name and members of a group. */
export function GroupDialog({ group, clients, onClose }: GroupDialogProps) {
  const trpc = useTrpc()
  const queryClient = useQueryClient()
  const showToast = useToast()
  const [name, setName] = useState(group?.name ?? '')
  const [chosen, setChosen] = useState<readonly string[]>(group?.clientIds ?? [])
  const [hasTried, setHasTried] = useState(false)
  const done = async () => {
    await queryClient.invalidateQueries()
    showToast({
      title: group ? 'Group saved' : `${name.trim()} was made`,
      detail: `${plural(chosen.length, 'client', 'clients')} in it.`,
    })
    onClose()
  }
  const create = useMutation(trpc.clientGroups.create.mutationOptions({ onSuccess: done }))
  const change = useMutation(trpc.clientGroups.change.mutationOptions({ onSuccess: done }))
  const isPending = create.isPending || change.isPending
  const failure = (group ? change : create).error?.message
  const isShort = name.trim().length < 2
  const submit = () => {
    setHasTried(true)
    if (isShort || isPending) return
    const wanted = { name: name.trim(), clientIds: [...chosen] }
    if (group) change.mutate({ groupId: group.id, ...wanted })
    else create.mutate(wanted)
  }
  return (
    <FormDialog
      onClose={onClose}
      title={group ? `Change ${group.name}` : 'Make a group'}
      description="What was decided for its clients before stays as it is."
      verb={group ? 'Save group' : 'Make group'}
      isPending={isPending}
      onSubmit={submit}
    >
      <Field label="Name" error={hasTried && isShort ? 'Write at least 2 letters.' : failure}>
        <Input value={name} maxLength={100} autoComplete="off" onChange={(event) => setName(event.target.value)} />
      </Field>
      <fieldset>
        <legend className="pb-1.5 font-medium text-body text-text">
          Clients<span className="pl-2 font-normal text-text-3">{chosen.length}</span>
        </legend>
        <ClientPicker clients={clients} chosen={chosen} onChange={setChosen} />
      </fieldset>
    </FormDialog>
  )
}
