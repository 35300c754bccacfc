'use client'
import { useSuspenseQuery } from '@tanstack/react-query'
import { useTrpc } from '@/app/_trpc/client'
import { formatDate, formatTimeWithSeconds, plural } from '@/components/format'
import { CopyButton } from '@/components/ui/copy-button'

const refetchMs = 15_000

/** How far the log is sealed, and the newest seal to keep elsewhere. Nothing for who sees only some clients. */
export function ChainLine({ timeZone }: { timeZone: string }) {
  const trpc = useTrpc()
  const { data } = useSuspenseQuery({ ...trpc.audit.chain.queryOptions(), refetchInterval: refetchMs })
  if (!data) return null
  const { sealedUpTo, head, waiting, tip, asOf } = data
  const facts = [
    sealedUpTo
      ? `Sealed up to ${formatDate(sealedUpTo, timeZone, asOf)} ${formatTimeWithSeconds(sealedUpTo, timeZone)}`
      : 'Nothing is sealed yet',
    head
      ? `head of ${formatDate(new Date(`${head.day}T12:00:00Z`), 'UTC', asOf)} signed`
      : 'no head is signed before the first day is over',
    waiting > 0 ? `${plural(waiting, 'record waits', 'records wait')} to be sealed` : '',
  ]
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 border-line border-y py-1.5 text-detail text-text-2">
      <span>{facts.filter(Boolean).join('; ')}.</span>
      {tip ? (
        <span className="flex flex-wrap items-center gap-x-3 gap-y-1 text-text-3">
          Kept elsewhere, it proves later that nothing before it was altered
          <CopyButton
            text={tip}
            label="Copy newest head"
            size="sm"
            variant="ghost"
            className="max-wide:-ml-3.5 wide:-mr-2.5"
          />
        </span>
      ) : null}
    </div>
  )
}
