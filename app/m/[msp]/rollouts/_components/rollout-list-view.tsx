'use client'
import { useSuspenseQuery } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { useMsp, useTrpc } from '@/app/_trpc/client'
import { plural } from '@/components/format'
import { PageHeader } from '@/components/page-header'
import { ButtonLink } from '@/components/ui/button-link'
import { EmptyState } from '@/components/ui/empty-state'
import { Pagination } from '@/components/ui/pagination'
import { Select } from '@/components/ui/select'
import { paths } from '@/server/paths'
import type { ListRollouts } from '@/server/rollouts/schema'
import { DownloadCsv } from '../../_components/download-csv'
import { RolloutTable } from './rollout-table'
import { StartRollout } from './start-rollout'

const all = 'all'
const refetchMs = 15_000

/** Every rollout of the clients one may see, newest first. */
export function RolloutListView({ input }: { input: ListRollouts }) {
  const { slug } = useMsp()
  const trpc = useTrpc()
  const router = useRouter()
  const { data: session } = useSuspenseQuery(trpc.session.get.queryOptions())
  const { data } = useSuspenseQuery({ ...trpc.rollouts.list.queryOptions(input), refetchInterval: refetchMs })
  const client = session.clients.find((each) => each.id === input.clientId)
  const running = data.rows.filter((row) => !['finished', 'taken-back', 'aborted'].includes(row.words.kind)).length
  const asking = data.rows.filter((row) => row.words.kind === 'asking').length
  const isEmpty = data.rows.length === 0 && !input.after
  if (isEmpty && !input.clientId) return <NoRollouts clients={session.clients} />
  return (
    <>
      <PageHeader
        title="Rollouts"
        lead={
          isEmpty
            ? undefined
            : [
                runningWords(running, data.rows.length, Boolean(input.after ?? data.next)),
                asking > 0 ? `${plural(asking, 'gate waits', 'gates wait')} for a person` : '',
                'times are in each client’s own zone',
              ]
                .filter(Boolean)
                .join('; ')
                .concat('.')
        }
        actions={
          <>
            <DownloadCsv list="rollouts" />
            <StartRollout clients={session.clients} clientId={input.clientId} isPrimary />
          </>
        }
      />
      <section aria-label="Rollouts" className="flex flex-col gap-3">
        <div className="flex flex-wrap items-center justify-between gap-3">
          <Select
            label="Client"
            value={input.clientId ?? all}
            onChange={(next) => router.push(paths.rollouts(slug, { client: next === all ? undefined : next }))}
            options={[
              { value: all, label: 'All clients' },
              ...session.clients.map(({ id, name }) => ({ value: id, label: name })),
            ]}
            className="w-56"
          />
          <span className="text-detail text-text-3">Order: newest first</span>
        </div>
        {isEmpty ? (
          <EmptyState
            title={`No rollout yet at ${client?.name ?? 'this client'}`}
            lead="It starts by itself once approved patches are missing there and the policy’s start rule says so; or start one by hand."
          >
            <ButtonLink href={paths.rollouts(slug)}>Show all clients</ButtonLink>
          </EmptyState>
        ) : (
          <>
            <RolloutTable rows={data.rows} now={data.asOf} />
            <Pagination
              summary={`${plural(data.rows.length, 'rollout', 'rollouts')} in view`}
              newerHref={input.after ? paths.rollouts(slug, { client: input.clientId }) : null}
              olderHref={data.next ? paths.rollouts(slug, { client: input.clientId, after: data.next }) : null}
              newerLabel="Newest"
              olderLabel="Older"
            />
          </>
        )}
      </section>
    </>
  )
}

/** "4 rollouts run", "3 of 13 rollouts run"; with further pages only those in view are counted. */
function runningWords(running: number, shown: number, isPart: boolean): string {
  const all = `${plural(shown, 'rollout', 'rollouts')}${isPart ? ' in view' : ''}`
  if (running === 0) return isPart ? 'No rollout in view runs' : `No rollout runs, ${plural(shown, 'is', 'are')} over`
  if (running === shown) return `${all} ${shown === 1 ? 'runs' : 'run'}`
  return `${running} of ${all} ${running === 1 ? 'runs' : 'run'}`
}

function NoRollouts({ clients }: { clients: readonly { id: string; name: string }[] }) {
  const { slug } = useMsp()
  return (
    <EmptyState
      level={1}
      title="No rollout yet"
      lead="A rollout starts by itself as soon as an approved patch is missing on a client’s devices. Approve one, or let the policy approve by rule."
      steps={[
        { title: 'Stage', text: 'Every device fetches the exact packages and keeps the ones it would go back to.' },
        { title: 'Test ring', text: 'The hand-picked devices install first; then the soak counts.' },
        {
          title: 'Gate',
          text: 'Enough proofs, few failures, soak over: the next ring opens. A bad patch is taken back.',
        },
        { title: 'Production', text: 'The rest follows in its own window, only with versions that passed.' },
      ]}
      stepsFoot="Nothing installs on a device that is not in a ring."
    >
      <div className="flex flex-wrap gap-2">
        <ButtonLink href={paths.patches(slug)} variant="primary">
          Go to the patches
        </ButtonLink>
        <StartRollout clients={clients} isPrimary={false} />
      </div>
    </EmptyState>
  )
}
