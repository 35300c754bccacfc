'use client'
import { useSuspenseQuery } from '@tanstack/react-query'
import { useTrpc } from '@/app/_trpc/client'
import { formatDay, formatTime } from '@/components/format'
import { overviewTitle } from '@/server/overview/rules'
import { ClientsByRisk } from './clients-by-risk'
import { Compliance, FleetParts } from './fleet'
import { InFlight } from './in-flight'
import { NeedsYou } from './needs-you'

// Windows shut and checks-in stay out without anybody changing a row: time alone makes things need a person.
const refetchMs = 60_000

/** What needs this person now; then what runs, then the clients by risk. */
export function OverviewView() {
  const trpc = useTrpc()
  const { data } = useSuspenseQuery({ ...trpc.overview.get.queryOptions(), refetchInterval: refetchMs })
  const { asOf, zone, needs, running, clients } = data
  return (
    <>
      <div className="flex flex-col gap-3">
        <header className="flex flex-wrap items-end justify-between gap-x-10 gap-y-2">
          <div className="min-w-0">
            <p className="pb-1 text-text-3">
              {formatDay(asOf, zone, asOf)}, {formatTime(asOf, zone)} · {zone}
            </p>
            <h1 className="text-balance font-semibold text-text text-title">{overviewTitle(needs)}</h1>
          </div>
          <Compliance fleet={data.fleet} />
        </header>
        <FleetParts fleet={data.fleet} />
      </div>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-x-8 gap-y-8 min-[1100px]:grid-cols-[minmax(0,1fr)_minmax(300px,35%)]">
        <NeedsYou needs={needs} hasAllClients={data.hasAllClients} clientCount={clients.count} />
        <InFlight running={running} asOf={asOf} />
      </div>
      {clients.count > 0 ? <ClientsByRisk clients={clients} asOf={asOf} /> : null}
    </>
  )
}
