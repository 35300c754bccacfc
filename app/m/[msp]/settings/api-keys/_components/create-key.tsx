'use client'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import { useTrpc } from '@/app/_trpc/client'
import { FormDialog } from '@/components/form-dialog'
import { plural } from '@/components/format'
import { Button } from '@/components/ui/button'
import { CopyBlock } from '@/components/ui/copy-block'
import { Dialog } from '@/components/ui/dialog'
import type { Outputs } from '@/server/api/root'
import { mayCreateKey } from '@/server/api-keys/rules'
import { createApiKeySchema } from '@/server/api-keys/schema'
import { KeyFields, type KeyWish } from './key-fields'

const first: KeyWish = { name: '', actions: ['device:read'], clients: 'all', days: 90 }

type Session = Outputs['session']['get']

/** Opens the dialog; the dialog itself stands apart, so that it stays while the page changes around it. */
export function CreateKeyButton({ session, onPress }: { session: Session; onPress: () => void }) {
  const may = mayCreateKey(session.permissions)
  return (
    <Button
      variant="primary"
      icon={<Plus size={14} aria-hidden />}
      disabledReason={may.can ? null : may.reason}
      onClick={onPress}
    >
      Make a key…
    </Button>
  )
}

type CreateKeyDialogProps = { session: Session; isOpen: boolean; onOpenChange: (isOpen: boolean) => void }

/** Makes a key and shows it, once. */
export function CreateKeyDialog({ session, isOpen, onOpenChange }: CreateKeyDialogProps) {
  const trpc = useTrpc()
  const queryClient = useQueryClient()
  const [wish, setWish] = useState(first)
  const [errors, setErrors] = useState<Record<string, string>>({})
  const create = useMutation(
    trpc.apiKeys.create.mutationOptions({
      onSuccess: () => queryClient.invalidateQueries(trpc.apiKeys.list.queryFilter()),
    }),
  )
  const change = (next: boolean) => {
    onOpenChange(next)
    if (next) return
    // What was shown once is gone with the dialog.
    setWish(first)
    setErrors({})
    create.reset()
  }
  const submit = () => {
    if (create.isPending) return
    const parsed = createApiKeySchema.safeParse(wish)
    const found: Record<string, string> = {}
    for (const { path, message } of parsed.error?.issues ?? []) found[String(path[0])] ??= `${message}.`
    if (wish.name.trim() === '') found.name = 'Write what the program is.'
    setErrors(found)
    if (parsed.success) create.mutate(parsed.data)
  }
  if (create.data)
    return (
      <Dialog
        isOpen={isOpen}
        onOpenChange={change}
        title={`The key ${create.variables.name}`}
        description="Copy it now: it is shown once and stored nowhere."
        footer={
          <Button variant="primary" onClick={() => change(false)}>
            I have copied it
          </Button>
        }
      >
        <CopyBlock
          text={create.data.key}
          isOneWord
          copyLabel="Copy"
          foot={`Ends in ${plural(create.variables.days, 'day', 'days')}. Whoever has it acts in your name.`}
        />
      </Dialog>
    )
  return (
    <FormDialog
      isOpen={isOpen}
      onClose={() => change(false)}
      title="Make an API key"
      description="For one program. It may do what you choose here, as long as you may do it yourself."
      verb={create.isPending ? 'Making…' : 'Make key'}
      isPending={create.isPending}
      onSubmit={submit}
      className="gap-5"
    >
      <KeyFields wish={wish} onChange={setWish} session={session} errors={errors} />
      {create.error ? (
        <p role="alert" className="text-body text-fail">
          {create.error.message}
        </p>
      ) : null}
    </FormDialog>
  )
}
