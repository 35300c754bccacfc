'use client'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTrpc } from '@/app/_trpc/client'
import { DataTable } from '@/components/data-table'
import { formatAgo, formatDate, formatList } from '@/components/format'
import type { MarkState } from '@/components/mark-state'
import { StatusMark } from '@/components/status-mark'
import type { Column } from '@/components/table-style'
import { Button } from '@/components/ui/button'
import { useToast } from '@/components/ui/toast'
import type { Outputs } from '@/server/api/root'
import { wordsOfActions } from '@/server/api-keys/rules'

type Key = Outputs['apiKeys']['list']['rows'][number]

function standingOf(key: Key): { mark: MarkState; word: string } {
  if (key.state === 'revoked') return { mark: 'not-applicable', word: 'Revoked' }
  if (key.state === 'expired') return { mark: 'not-applicable', word: 'Expired' }
  return key.isSuspended ? { mark: 'held', word: 'Person suspended' } : { mark: 'installed', word: 'Works' }
}

type KeysTableProps = { keys: readonly Key[]; timeZone: string; mayRevoke: boolean }

/** The keys, newest first: whose, what for, when used, until when. */
export function KeysTable({ keys, timeZone, mayRevoke }: KeysTableProps) {
  const trpc = useTrpc()
  const queryClient = useQueryClient()
  const showToast = useToast()
  const revoke = useMutation(
    trpc.apiKeys.revoke.mutationOptions({
      onSuccess: () => {
        showToast({ title: 'Revoked.', detail: 'Its next request is refused.' })
        return queryClient.invalidateQueries(trpc.apiKeys.list.queryFilter())
      },
      onError: (error) => showToast({ title: 'Not revoked', detail: error.message, isFailure: true }),
    }),
  )
  const now = new Date()
  const columns: Column<Key>[] = [
    {
      key: 'state',
      head: 'State',
      width: '148px',
      narrow: 'mark',
      cell: (key) => (
        <span className="flex items-center gap-2">
          <StatusMark state={standingOf(key).mark} />
          <span className="max-wide:sr-only">{standingOf(key).word}</span>
        </span>
      ),
    },
    {
      key: 'name',
      head: 'Key',
      isKey: true,
      narrow: 'title',
      cell: ({ name, prefix }) => (
        <span className="block min-w-0">
          {name}
          <span className="mono block font-normal text-detail text-text-3">pw_{prefix}_…</span>
        </span>
      ),
    },
    { key: 'person', head: 'Person', cell: ({ personName, isOwn }) => (isOwn ? 'You' : personName) },
    {
      key: 'actions',
      head: 'May',
      narrow: 'detail',
      cell: ({ actions, hasAllClients, clientNames }) => (
        <span className="block min-w-0">
          {formatList(wordsOfActions(actions), 3)}
          <span className="block text-detail text-text-3">
            {hasAllClients ? 'All clients of the person' : formatList(clientNames, 3)}
          </span>
        </span>
      ),
    },
    {
      key: 'used',
      head: 'Last used',
      cell: ({ lastUsedAt }) =>
        lastUsedAt ? (
          <span className="inline-block first-letter:uppercase">{formatAgo(lastUsedAt, now)}</span>
        ) : (
          <span className="text-text-3">Not used yet</span>
        ),
    },
    { key: 'ends', head: 'Ends', cell: ({ expiresAt }) => formatDate(expiresAt, timeZone, now) },
    {
      key: 'revoke',
      head: 'Revoke',
      isHeadHidden: true,
      align: 'right',
      narrow: 'trailing',
      cell: ({ id, name, state }) =>
        state === 'usable' && mayRevoke ? (
          <Button
            size="sm"
            aria-label={`Revoke the key ${name}`}
            isPending={revoke.isPending && revoke.variables.keyId === id}
            onClick={() => revoke.mutate({ keyId: id })}
          >
            Revoke
          </Button>
        ) : null,
    },
  ]
  return <DataTable caption="API keys" lines={2} columns={columns} rows={keys} rowKey={(key) => key.id} />
}
