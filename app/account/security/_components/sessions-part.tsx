'use client'
import { Monitor } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useAction } from '@/app/_trpc/account-action'
import { accountApi } from '@/app/_trpc/account-client'
import { FormError } from '@/app/(auth)/_components/form-error'
import { formatAgo, plural } from '@/components/format'
import { Button } from '@/components/ui/button'
import { useToast } from '@/components/ui/toast'
import { methodNames } from '@/server/auth/rules'
import type { Security } from '@/server/auth/security'
import { PartRow } from './part-row'

type Session = Security['sessions'][number]

/** Where the person is signed in; each other place can be ended. */
export function SessionsPart({ sessions, now }: { sessions: readonly Session[]; now: Date }) {
  const router = useRouter()
  const showToast = useToast()
  const revoke = useAction(async (sessionId: string) => {
    await accountApi.security.revokeSession.mutate({ sessionId })
    showToast({ title: 'Session ended.' })
    router.refresh()
  })
  const revokeAll = useAction(async () => {
    const { ended } = await accountApi.security.revokeOtherSessions.mutate()
    showToast({ title: `${plural(ended, 'session', 'sessions')} ended.` })
    router.refresh()
  })
  return (
    <>
      {sessions.map((session) => (
        <PartRow
          key={session.id}
          icon={<Monitor size={16} />}
          title={session.isThis ? `${session.browser}, this one` : session.browser}
          detail={`${methodNames[session.method] ?? session.method}${session.address ? `, from ${session.address}` : ''}, seen ${formatAgo(session.lastSeenAt, now)}${session.stage === 'full' ? '' : ', second factor not shown yet'}`}
          actions={
            session.isThis ? null : (
              <Button size="sm" isPending={revoke.isPending} onClick={() => revoke.run(session.id)}>
                End
              </Button>
            )
          }
        />
      ))}
      <div className="flex flex-wrap items-center justify-between gap-3 pt-3">
        <p className="text-detail text-text-3">
          A session ends by itself after half an hour without use, or eight hours.
        </p>
        {sessions.length > 1 ? (
          <Button size="sm" variant="danger-outline" isPending={revokeAll.isPending} onClick={() => revokeAll.run()}>
            End all others
          </Button>
        ) : null}
      </div>
      <FormError>{revoke.error ?? revokeAll.error}</FormError>
    </>
  )
}
