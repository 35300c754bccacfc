import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTrpc } from '@/app/_trpc/client'
import { FormDialog } from '@/components/form-dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { useToast } from '@/components/ui/toast'

type SiteDialogProps = { clientId: string; site: { id: string; name: string } | null; onClose: () => void }

/** The name of a new site, or another one for a site that is there. */
export function SiteDialog({ clientId, site, onClose }: SiteDialogProps) {
  const trpc = useTrpc()
  const queryClient = useQueryClient()
  const showToast = useToast()
  const [name, setName] = useState(site?.name ?? '')
  const [hasTried, setHasTried] = useState(false)
  const done = async () => {
    await queryClient.invalidateQueries()
    showToast({ title: site ? 'Site renamed' : `${name.trim()} was added` })
    onClose()
  }
  const add = useMutation(trpc.sites.add.mutationOptions({ onSuccess: done }))
  const rename = useMutation(trpc.sites.rename.mutationOptions({ onSuccess: done }))
  const isPending = add.isPending || rename.isPending
  const failure = (site ? rename : add).error?.message
  const isShort = name.trim().length < 2
  const submit = () => {
    setHasTried(true)
    if (isShort || isPending) return
    if (site) rename.mutate({ siteId: site.id, name: name.trim() })
    else add.mutate({ clientId, name: name.trim() })
  }
  return (
    <FormDialog
      onClose={onClose}
      title={site ? `Rename ${site.name}` : 'Add a site'}
      description="A place where devices of this client stand: an office, a branch, a data centre."
      verb={site ? 'Rename' : 'Add site'}
      isPending={isPending}
      onSubmit={submit}
    >
      <Field label="Name" error={hasTried && isShort ? 'Write at least 2 letters.' : failure}>
        <Input value={name} maxLength={100} autoComplete="off" onChange={(event) => setName(event.target.value)} />
      </Field>
    </FormDialog>
  )
}
