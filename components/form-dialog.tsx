'use client'
import type { ComponentProps, ReactNode } from 'react'
import { cn } from './cn'
import { Button } from './ui/button'
import { Dialog } from './ui/dialog'

type FormDialogProps = Omit<ComponentProps<typeof Dialog>, 'footer' | 'onOpenChange'> & {
  onClose: () => void
  /** With a `trigger`: it was pressed. */
  onOpen?: () => void
  /** On the button that sends it: "Add client", while it runs "Adding…". */
  verb: ReactNode
  isPending: boolean | undefined
  isDanger?: boolean
  onSubmit: () => void
  /** What went wrong, below the fields. */
  error?: ReactNode
  /** Of the form: fields stand 16 px apart, unless this says otherwise. */
  className?: string
}

/** A dialog that is a form: Enter in a field sends it, as its button does; "Not now" and Escape close it. */
export function FormDialog({
  isOpen = true,
  onClose,
  onOpen,
  verb,
  isPending,
  isDanger = false,
  onSubmit,
  error,
  className,
  children,
  ...dialog
}: FormDialogProps) {
  return (
    <Dialog
      {...dialog}
      isOpen={isOpen}
      onOpenChange={(next) => (next ? onOpen?.() : onClose())}
      footer={
        <>
          <Button onClick={onClose}>Not now</Button>
          <Button variant={isDanger ? 'destructive' : 'primary'} isPending={isPending} onClick={onSubmit}>
            {verb}
          </Button>
        </>
      }
    >
      <form
        noValidate
        className={cn('flex flex-col gap-4', className)}
        onSubmit={(event) => {
          event.preventDefault()
          onSubmit()
        }}
      >
        {children}
        <button type="submit" hidden aria-hidden tabIndex={-1} />
        {error ? (
          <p role="alert" className="text-detail text-fail">
            {error}
          </p>
        ) : null}
      </form>
    </Dialog>
  )
}
