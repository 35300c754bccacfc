'use client'
import { useQuery, useSuspenseQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTrpc } from '@/app/_trpc/client'
import { sumDryRuns } from '@/server/patches/rules'
import { closedReasons } from './decision-reasons'
import { Decisions, decisionReasonId } from './decisions'
import { DryRunPanel } from './dry-run-panel'
import { PatchFacts } from './patch-facts'
import { PatchHeader } from './patch-header'
import { PatchHistory } from './patch-history'
import type { Choice, PatchClient } from './patch-types'
import { WhoLacksIt } from './who-lacks-it'

/** What happens if I say yes: the patch, who lacks it, the dry run over the ticked clients, and the three answers. */
export function PatchView({ patchId }: { patchId: string }) {
  const trpc = useTrpc()
  const { data } = useSuspenseQuery(trpc.patches.get.queryOptions({ patchId }))
  const { data: session } = useSuspenseQuery(trpc.session.get.queryOptions())
  const { data: groups } = useQuery(trpc.clientGroups.list.queryOptions())
  const [changed, setChanged] = useState<ReadonlyMap<string, boolean>>(new Map())
  const [groupId, setGroupId] = useState<string | null>(null)
  const isTicked = (client: PatchClient) => changed.get(client.clientId) ?? isTickedAtFirst(client)
  const ticked = data.clients.filter(isTicked)
  const choice: Choice = {
    clients: ticked,
    run: sumDryRuns(ticked.map((client) => client.dryRun)),
    devices: ticked.reduce((sum, client) => sum + client.devices, 0),
    group: groups?.groups.find((group) => group.id === groupId) ?? null,
  }
  const shown = data.clients.length > 0 ? closedReasons(data, choice).shown : null
  const tick = (clients: readonly PatchClient[], value: boolean) => {
    // From here on it is not the group any more.
    setGroupId(null)
    setChanged(new Map([...changed, ...clients.map((client) => [client.clientId, value] as const)]))
  }
  const tickGroup = (group: { id: string; clientIds: readonly string[] }) => {
    setGroupId(group.id)
    setChanged(new Map(data.clients.map(({ clientId }) => [clientId, group.clientIds.includes(clientId)] as const)))
  }
  return (
    <>
      <PatchHeader
        data={data}
        timeZone={session.timeZone}
        reason={shown ? { id: decisionReasonId, text: shown } : null}
        actions={data.clients.length > 0 ? <Decisions data={data} choice={choice} timeZone={session.timeZone} /> : null}
      />
      {data.clients.length > 0 ? (
        // On narrow screens the dry run comes before the long table.
        <div className="grid gap-x-10 gap-y-8 min-[1100px]:grid-cols-[minmax(0,1fr)_404px] min-[1100px]:grid-rows-[auto_auto_1fr]">
          <PatchFacts data={data} timeZone={session.timeZone} />
          <div className="min-w-0 min-[1100px]:col-start-2 min-[1100px]:row-span-3 min-[1100px]:row-start-1">
            <DryRunPanel choice={choice} partners={data.partners} now={data.asOf} timeZone={session.timeZone} />
          </div>
          <WhoLacksIt
            data={data}
            timeZone={session.timeZone}
            isTicked={isTicked}
            onTick={tick}
            groups={groups?.groups ?? []}
            groupId={groupId}
            onGroup={tickGroup}
          />
          <PatchHistory data={data} timeZone={session.timeZone} />
        </div>
      ) : (
        <>
          <PatchFacts data={data} timeZone={session.timeZone} />
          <PatchHistory data={data} timeZone={session.timeZone} />
        </>
      )}
    </>
  )
}

/** Held and rejected clients are left out until a person ticks them. */
function isTickedAtFirst({ standing }: PatchClient): boolean {
  return standing.tallies.some((tally) => tally.state !== 'held' && tally.state !== 'rejected')
}
