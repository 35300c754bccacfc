import { useSuspenseQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTrpc } from '@/app/_trpc/client'
import { FactsList } from '@/components/facts-list'
import { formatDateTime } from '@/components/format'
import { SectionHead } from '@/components/section-head'
import { Button } from '@/components/ui/button'
import { changesCan } from '@/server/msps/rules'
import { ResumeChangesDialog, StopChangesDialog, unstoppable } from '../../../_components/changes-dialogs'

/** The kill switch: what it is for, how it stands, and what it does not reach any more. */
export function ChangesSection() {
  const trpc = useTrpc()
  const { data: changes } = useSuspenseQuery(trpc.changes.get.queryOptions())
  const { data: session } = useSuspenseQuery(trpc.session.get.queryOptions())
  const [isAsking, setAsking] = useState(false)
  const { stop, asOf } = changes
  const viewer = { permissions: new Set(session.permissions), hasAllClients: session.hasAllClients }
  const can = stop ? changesCan.resume(viewer, true) : changesCan.stop(viewer, false)
  const words = unstoppable(changes, session.timeZone)
  return (
    <section aria-labelledby="changes-head">
      <SectionHead id="changes-head" title="Stop all changes" />
      <div className="flex max-w-[620px] flex-col items-start gap-4 pt-4">
        {stop ? (
          <FactsList
            isPair
            className="[&_dt]:w-28!"
            facts={[
              {
                label: 'Stopped',
                value: `${formatDateTime(stop.at, session.timeZone, asOf)} by ${stop.by}: ${stop.reason}`,
              },
              { label: 'Changes now', value: words.finishing },
              { label: 'Fetches on', value: words.fetching },
              { label: 'May still start', value: words.mayStart },
            ]}
          />
        ) : (
          <p className="text-body text-text-2">
            For the moment when an account or Patchward itself is misused: no device of any client installs, takes back
            or fetches anything anew from then on, whatever was approved. An order that has begun goes on to its end,
            all of its packages, also on a device that was switched off in the middle; what a device was told to fetch
            it fetches. Scans and reports go on.
          </p>
        )}
        <Button disabledReason={can.can ? null : can.reason} reasonPlacement="beside" onClick={() => setAsking(true)}>
          {stop ? 'Let changes go on…' : 'Stop all changes…'}
        </Button>
      </div>
      {stop ? (
        <ResumeChangesDialog stop={stop} isOpen={isAsking} onOpenChange={setAsking} />
      ) : (
        <StopChangesDialog isOpen={isAsking} onOpenChange={setAsking} />
      )}
    </section>
  )
}
