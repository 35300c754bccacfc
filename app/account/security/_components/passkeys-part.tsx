'use client'
import { startRegistration } from '@simplewebauthn/browser'
import { Fingerprint } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { useAction } from '@/app/_trpc/account-action'
import { accountApi } from '@/app/_trpc/account-client'
import { FormError } from '@/app/(auth)/_components/form-error'
import { FormDialog } from '@/components/form-dialog'
import { formatAgo } from '@/components/format'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { useToast } from '@/components/ui/toast'
import { lastWayReason } from '@/server/auth/rules'
import type { Security } from '@/server/auth/security'
import { RemoveDialog } from '../../_components/remove-dialog'
import { CodesDialog } from './codes-dialog'
import { PartRow } from './part-row'

type Passkey = Security['passkeys'][number]
type PasskeysPartProps = {
  passkeys: readonly Passkey[]
  isLast: boolean
  newName: string
  otherAddress: string | null
  now: Date
}

/** The passkeys of the person, and the way to add one. */
export function PasskeysPart({ passkeys, isLast, newName, otherAddress, now }: PasskeysPartProps) {
  const router = useRouter()
  const showToast = useToast()
  const [renamed, setRenamed] = useState<Passkey | null>(null)
  const [removed, setRemoved] = useState<Passkey | null>(null)
  const [codes, setCodes] = useState<string[] | null>(null)
  const add = useAction(async () => {
    const optionsJSON = await accountApi.factors.offerPasskey.mutate()
    const response = await startRegistration({ optionsJSON })
    const { recoveryCodes } = await accountApi.factors.addPasskey.mutate({ name: newName, response })
    setCodes(recoveryCodes)
    showToast({ title: 'Passkey added.', detail: 'Every other session of yours has ended.' })
    router.refresh()
  })
  const remove = useAction(async (credentialId: string) => {
    await accountApi.factors.removePasskey.mutate({ credentialId })
    setRemoved(null)
    showToast({ title: 'Passkey removed.', detail: 'Every other session of yours has ended.' })
    router.refresh()
  })
  const elsewhere = otherAddress ? `A passkey needs a host name: open ${new URL(otherAddress).host} to make one.` : null
  return (
    <>
      {passkeys.map((passkey) => (
        <PartRow
          key={passkey.credentialId}
          icon={<Fingerprint size={16} />}
          title={passkey.name}
          reason={isLast ? { id: 'last-passkey', text: lastWayReason } : null}
          detail={`Passkey, added ${formatAgo(passkey.createdAt, now)}, ${passkey.lastUsedAt ? `used ${formatAgo(passkey.lastUsedAt, now)}` : 'not used yet'}${passkey.isBackedUp ? ', synchronised' : ''}`}
          actions={
            <>
              <Button size="sm" onClick={() => setRenamed(passkey)}>
                Rename
              </Button>
              <Button
                size="sm"
                variant="danger-outline"
                disabledReason={isLast ? lastWayReason : null}
                reasonId="last-passkey"
                reasonPlacement="none"
                onClick={() => {
                  remove.clear()
                  setRemoved(passkey)
                }}
              >
                Remove…
              </Button>
            </>
          }
        />
      ))}
      <PartRow
        icon={<Fingerprint size={16} />}
        title={passkeys.length > 0 ? 'Another passkey' : 'A passkey'}
        detail="Finger, face or PIN of a device, or a security key. It counts as both factors."
        reason={elsewhere ? { id: 'passkey-elsewhere', text: elsewhere } : null}
        actions={
          <Button
            size="sm"
            isPending={add.isPending}
            onClick={() => add.run()}
            disabledReason={elsewhere}
            reasonId="passkey-elsewhere"
            reasonPlacement="none"
          >
            Add a passkey
          </Button>
        }
      >
        <FormError>{add.error}</FormError>
      </PartRow>
      {renamed ? <RenameDialog key={renamed.credentialId} passkey={renamed} onClose={() => setRenamed(null)} /> : null}
      {removed ? (
        <RemoveDialog
          title={`Remove the passkey ${removed.name}`}
          description="It signs you in here no more. Adding it again makes a new one."
          verb="Remove"
          isPending={remove.isPending}
          error={remove.error}
          onConfirm={() => remove.run(removed.credentialId)}
          onClose={() => setRemoved(null)}
        />
      ) : null}
      <CodesDialog codes={codes} onClose={() => setCodes(null)} />
    </>
  )
}

function RenameDialog({ passkey, onClose }: { passkey: Passkey; onClose: () => void }) {
  const router = useRouter()
  const [name, setName] = useState(passkey.name)
  const action = useAction(async () => {
    await accountApi.factors.renamePasskey.mutate({ credentialId: passkey.credentialId, name })
    router.refresh()
    onClose()
  })
  return (
    <FormDialog
      onClose={onClose}
      title="Rename the passkey"
      widthPx={440}
      verb="Rename"
      isPending={action.isPending}
      onSubmit={() => action.run()}
    >
      <Field label="Name" error={action.error}>
        <Input value={name} maxLength={60} onChange={(event) => setName(event.target.value)} />
      </Field>
    </FormDialog>
  )
}
