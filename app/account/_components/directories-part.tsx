'use client'
import { Building2 } from 'lucide-react'
import { useRouter, useSearchParams } from 'next/navigation'
import { useState } from 'react'
import { useAction } from '@/app/_trpc/account-action'
import { goToDirectory, unlinkDirectory } from '@/app/(auth)/_components/call-directory'
import { directorySentence } from '@/app/(auth)/_components/directory-words'
import { FormError } from '@/app/(auth)/_components/form-error'
import { formatAgo } from '@/components/format'
import { Button } from '@/components/ui/button'
import { useToast } from '@/components/ui/toast'
import { lastWayReason } from '@/server/auth/rules'
import { PartRow } from '../security/_components/part-row'
import { RemoveDialog } from './remove-dialog'

type Way = { provider: string; name: string }
type Linked = Way & {
  subject: string
  tenant: string
  label: string
  createdAt: Date
  lastUsedAt: Date | null
  isLastWay: boolean
}
type DirectoriesPartProps = {
  linked: readonly Linked[]
  /** The directories that are set up here. */
  offered: readonly Way[]
  /** Has a passkey or an authenticator app: else the directory is also the only way to prove it once more. */
  hasOwnFactor: boolean
  now: Date
}

/** The accounts at directories that sign the person in. */
export function DirectoriesPart({ linked, offered, hasOwnFactor, now }: DirectoriesPartProps) {
  const router = useRouter()
  const showToast = useToast()
  const result = useSearchParams().get('directory')
  const [chosen, setChosen] = useState('')
  const [removed, setRemoved] = useState<Linked | null>(null)
  const go = useAction(async (provider: string, purpose: 'link' | 'step-up') => {
    setChosen(`${provider} ${purpose}`)
    await goToDirectory(provider, purpose)
  })
  const unlink = useAction(async ({ provider, subject }: Linked) => {
    await unlinkDirectory(provider, subject)
    setRemoved(null)
    showToast({ title: 'Account taken off.', detail: 'Every other session of yours has ended.' })
    router.refresh()
  })
  return (
    <>
      {linked.map((one) => (
        <PartRow
          key={`${one.provider} ${one.subject}`}
          icon={<Building2 size={16} />}
          title={one.label || `${one.name} account`}
          detail={`${one.name}, ${one.tenant}, linked ${formatAgo(one.createdAt, now)}, ${one.lastUsedAt ? `used ${formatAgo(one.lastUsedAt, now)}` : 'not used yet'}`}
          actions={
            <>
              {hasOwnFactor ? null : (
                <Button
                  size="sm"
                  isPending={go.isPending && chosen === `${one.provider} step-up`}
                  onClick={() => go.run(one.provider, 'step-up')}
                >
                  Prove it is you
                </Button>
              )}
              <Button
                size="sm"
                variant="danger-outline"
                disabledReason={one.isLastWay ? lastWayReason : null}
                onClick={() => {
                  unlink.clear()
                  setRemoved(one)
                }}
              >
                Take off…
              </Button>
            </>
          }
        />
      ))}
      {offered.map(({ provider, name }) => (
        <PartRow
          key={provider}
          icon={<Building2 size={16} />}
          title={`${linked.some((one) => one.provider === provider) ? 'Another' : 'A'} ${name} account`}
          detail="It signs you in where your company trusts its directory. Your e-mail address links nothing by itself."
          actions={
            <Button
              size="sm"
              isPending={go.isPending && chosen === `${provider} link`}
              onClick={() => go.run(provider, 'link')}
            >
              Link {name}
            </Button>
          }
        />
      ))}
      {removed ? (
        <RemoveDialog
          title={`Take ${removed.label || `your ${removed.name} account`} off`}
          description="It signs you in here no more, until you link it again."
          verb="Take off"
          isPending={unlink.isPending}
          error={unlink.error}
          onConfirm={() => unlink.run(removed)}
          onClose={() => setRemoved(null)}
        />
      ) : null}
      <div className="pt-2">
        {result === 'linked' ? (
          <p role="status" className="text-body text-ok">
            The account is linked. Every other session of yours has ended.
          </p>
        ) : null}
        <FormError>{go.error ?? directorySentence(result)}</FormError>
      </div>
    </>
  )
}
