'use client'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Textarea } from '@/components/ui/textarea'
import { reasonLength, shortReason } from '@/server/audit/rules'

type ReasonDialogProps = {
  isOpen: boolean
  onClose: () => void
  title: string
  description: string
  /** "Lift the hold". */
  verb: string
  isPending: boolean
  error?: string
  onConfirm: (reason: string) => void
}

/** One thing that needs a reason. Give it a key of that thing, so that a new one begins empty. */
export function ReasonDialog({
  isOpen,
  onClose,
  title,
  description,
  verb,
  isPending,
  error,
  onConfirm,
}: ReasonDialogProps) {
  const [reason, setReason] = useState('')
  const [hasTried, setHasTried] = useState(false)
  const isShort = reason.trim().length < reasonLength.minLength
  const confirm = () => {
    setHasTried(true)
    if (!isShort && !isPending) onConfirm(reason.trim())
  }
  return (
    <Dialog
      isOpen={isOpen}
      onOpenChange={(next) => (next ? undefined : onClose())}
      title={title}
      description={description}
      footer={
        <>
          <Button onClick={onClose}>Not now</Button>
          <Button variant="primary" isPending={isPending} onClick={confirm}>
            {verb}
          </Button>
        </>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault()
          confirm()
        }}
      >
        <Field label="Reason" hint="It stands in the audit log." error={hasTried && isShort ? shortReason : undefined}>
          <Textarea
            rows={2}
            value={reason}
            maxLength={reasonLength.maxLength}
            onChange={(event) => setReason(event.target.value)}
          />
        </Field>
        {error ? (
          <p role="alert" className="pt-2 text-detail text-fail">
            {error}
          </p>
        ) : null}
      </form>
    </Dialog>
  )
}
