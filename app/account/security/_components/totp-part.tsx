'use client'
import { Smartphone } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { useAction } from '@/app/_trpc/account-action'
import { accountApi } from '@/app/_trpc/account-client'
import { TotpSetup } from '@/app/(auth)/_components/totp-setup'
import { formatAgo } from '@/components/format'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { useToast } from '@/components/ui/toast'
import { lastWayReason } from '@/server/auth/rules'
import type { Security } from '@/server/auth/security'
import { RemoveDialog } from '../../_components/remove-dialog'
import { CodesDialog } from './codes-dialog'
import { PartRow } from './part-row'

type TotpPartProps = { totp: Security['totp']; isLast: boolean; asksPassword: boolean; now: Date }

/** The authenticator app of the person. */
export function TotpPart({ totp, isLast, asksPassword, now }: TotpPartProps) {
  const router = useRouter()
  const showToast = useToast()
  const [isOpen, setOpen] = useState(false)
  const [isRemoving, setRemoving] = useState(false)
  const [codes, setCodes] = useState<string[] | null>(null)
  const remove = useAction(async () => {
    await accountApi.factors.removeTotp.mutate()
    setRemoving(false)
    showToast({ title: 'Authenticator app removed.', detail: 'Every other session of yours has ended.' })
    router.refresh()
  })
  const done = (recoveryCodes: string[] | null) => {
    setOpen(false)
    setCodes(recoveryCodes)
    showToast({ title: 'Authenticator app added.', detail: 'Every other session of yours has ended.' })
    router.refresh()
  }
  return (
    <PartRow
      icon={<Smartphone size={16} />}
      title="Authenticator app"
      detail={totp ? `Added ${formatAgo(totp.addedAt, now)}` : 'Six digits from your phone, beside your password.'}
      actions={
        <>
          <Button size="sm" onClick={() => setOpen(true)}>
            {totp ? 'Replace' : 'Add an app'}
          </Button>
          {totp ? (
            <Button
              size="sm"
              variant="danger-outline"
              disabledReason={isLast ? lastWayReason : null}
              reasonId="last-app"
              reasonPlacement="none"
              onClick={() => {
                remove.clear()
                setRemoving(true)
              }}
            >
              Remove…
            </Button>
          ) : null}
        </>
      }
      reason={totp && isLast ? { id: 'last-app', text: lastWayReason } : null}
    >
      {isRemoving ? (
        <RemoveDialog
          title="Remove the authenticator app"
          description="Its codes do not work any more, so your password alone does not sign you in."
          verb="Remove"
          isPending={remove.isPending}
          error={remove.error}
          onConfirm={() => remove.run()}
          onClose={() => setRemoving(false)}
        />
      ) : null}
      <Dialog
        isOpen={isOpen}
        onOpenChange={setOpen}
        title={totp ? 'Replace the authenticator app' : 'Add an authenticator app'}
        description={totp ? 'The app you have now works until the new one showed its first code.' : undefined}
        widthPx={480}
      >
        <TotpSetup asksPassword={asksPassword} onDone={done} />
      </Dialog>
      <CodesDialog codes={codes} onClose={() => setCodes(null)} />
    </PartRow>
  )
}
