'use client'
import { useSuspenseQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTrpc } from '@/app/_trpc/client'
import { formatDateTime } from '@/components/format'
import { StatusMark } from '@/components/status-mark'
import { Button } from '@/components/ui/button'
import { changesCan } from '@/server/msps/rules'
import { ResumeChangesDialog } from './changes-dialogs'

/** Over every page while all changes of the company are stopped: since when, by whom, why; and the way back for who may. */
export function StopBanner() {
  const { data: session } = useSuspenseQuery(useTrpc().session.get.queryOptions())
  const [isAsking, setAsking] = useState(false)
  const { stop, permissions, hasAllClients, timeZone, asOf } = session
  if (!stop) return null
  const { can } = changesCan.resume({ permissions: new Set(permissions), hasAllClients }, true)
  return (
    <section
      aria-label="All changes are stopped"
      className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 border-line-strong border-b bg-well px-8 py-2.5 max-wide:px-4"
    >
      <p className="flex min-w-0 items-start gap-2.5 text-body text-text-2">
        <span className="pt-0.5">
          <StatusMark state="held" size={16} />
        </span>
        <span className="min-w-0 break-words">
          <strong className="font-key text-text">All changes are stopped</strong> since{' '}
          {formatDateTime(stop.at, timeZone, asOf)} by {stop.by}: {stop.reason}
        </span>
      </p>
      {can ? (
        <Button size="sm" onClick={() => setAsking(true)}>
          Let changes go on…
        </Button>
      ) : null}
      <ResumeChangesDialog stop={stop} isOpen={isAsking} onOpenChange={setAsking} />
    </section>
  )
}
