'use client'
import { useState } from 'react'
import { FormDialog } from '@/components/form-dialog'
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
    <FormDialog
      isOpen={isOpen}
      onClose={onClose}
      title={title}
      description={description}
      verb={verb}
      isPending={isPending}
      onSubmit={confirm}
      error={error}
      className="gap-2"
    >
      <Field label="Reason" hint="It stands in the audit log." error={hasTried && isShort ? shortReason : undefined}>
        <Textarea
          rows={2}
          value={reason}
          maxLength={reasonLength.maxLength}
          onChange={(event) => setReason(event.target.value)}
        />
      </Field>
    </FormDialog>
  )
}
