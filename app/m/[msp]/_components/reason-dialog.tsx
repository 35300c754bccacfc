'use client'
import { useState } from 'react'
import { FormDialog } from '@/components/form-dialog'
import { isShortReason, ReasonField } from './reason-field'

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
  const isShort = isShortReason(reason)
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
      <ReasonField hint="It stands in the audit log." value={reason} hasTried={hasTried} onChange={setReason} />
    </FormDialog>
  )
}
