'use client'
import { RecoveryCodes } from '@/app/(auth)/_components/recovery-codes'
import { Dialog } from '@/components/ui/dialog'

/** New recovery codes, the one time they are shown. */
export function CodesDialog({ codes, onClose }: { codes: readonly string[] | null; onClose: () => void }) {
  return (
    <Dialog
      isOpen={codes !== null}
      onOpenChange={(next) => (next ? undefined : onClose())}
      title="Your recovery codes"
      widthPx={480}
    >
      {codes ? <RecoveryCodes codes={codes} verb="I have kept them" onDone={onClose} /> : null}
    </Dialog>
  )
}
