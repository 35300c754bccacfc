'use client'
import { FormError } from '@/app/(auth)/_components/form-error'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'

type RemoveDialogProps = {
  title: string
  /** What does not work any more then. */
  description: string
  /** "Remove", "Take off". */
  verb: string
  isPending: boolean
  error: string | null
  onConfirm: () => void
  onClose: () => void
}

/** Asks once more before a way in goes: one gets it back by adding it anew only, and is signed out everywhere else. */
export function RemoveDialog({ title, description, verb, isPending, error, onConfirm, onClose }: RemoveDialogProps) {
  return (
    <Dialog
      isOpen
      onOpenChange={(next) => (next ? undefined : onClose())}
      title={title}
      description={`${description} Every other session of yours ends.`}
      widthPx={440}
      footer={
        <>
          <Button onClick={onClose}>Not now</Button>
          <Button variant="destructive" isPending={isPending} onClick={onConfirm}>
            {verb}
          </Button>
        </>
      }
    >
      {error ? <FormError>{error}</FormError> : null}
    </Dialog>
  )
}
