'use client'
import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { useTrpc } from '@/app/_trpc/client'
import { DataTable } from '@/components/data-table'
import { formatCount, formatFullDateTime } from '@/components/format'
import type { MarkState } from '@/components/mark-state'
import { StatusMark } from '@/components/status-mark'
import type { Column } from '@/components/table-style'
import { Button } from '@/components/ui/button'
import { Tag } from '@/components/ui/tag'
import { useToast } from '@/components/ui/toast'
import type { Outputs } from '@/server/api/root'

type Token = Outputs['enrolment']['list']['rows'][number]

const states: Record<Token['state'], { mark: MarkState; word: string }> = {
  usable: { mark: 'scheduled', word: 'Usable' },
  'used-up': { mark: 'installed', word: 'Used up' },
  expired: { mark: 'not-applicable', word: 'Expired' },
  revoked: { mark: 'not-applicable', word: 'Revoked' },
}

/** The newest tokens: for whom, how many uses are left, until when; a usable one can be revoked. */
export function TokensTable({ tokens }: { tokens: readonly Token[] }) {
  const trpc = useTrpc()
  const queryClient = useQueryClient()
  const showToast = useToast()
  const { data: session } = useSuspenseQuery(trpc.session.get.queryOptions())
  const revoke = useMutation(
    trpc.enrolment.revoke.mutationOptions({
      onSuccess: () => {
        showToast({ title: 'Revoked. No device enrols with it.', detail: 'Devices that did stay enrolled.' })
        return queryClient.invalidateQueries(trpc.enrolment.list.queryFilter())
      },
      onError: (error) => showToast({ title: 'Not revoked', detail: error.message, isFailure: true }),
    }),
  )
  const mayRevoke = session.permissions.includes('enrolment:revoke-token')
  const columns: Column<Token>[] = [
    {
      key: 'state',
      head: 'State',
      width: '120px',
      narrow: 'mark',
      cell: ({ state }) => (
        <span className="flex items-center gap-2">
          <StatusMark state={states[state].mark} />
          <span className="max-wide:sr-only">{states[state].word}</span>
        </span>
      ),
    },
    {
      key: 'for',
      head: 'For',
      isKey: true,
      narrow: 'title',
      cell: ({ clientName, siteName, tags }) => (
        <>
          {clientName}, {siteName}
          {tags.map((tag) => (
            <Tag key={tag} className="ml-2">
              {tag}
            </Tag>
          ))}
        </>
      ),
    },
    { key: 'uses', head: 'Uses left', align: 'right', cell: ({ usesLeft }) => formatCount(usesLeft) },
    {
      key: 'ends',
      head: 'Ends',
      narrow: 'detail',
      cell: ({ expiresAt, createdAt, timeZone, usesLeft }) => (
        <>
          {formatFullDateTime(expiresAt, timeZone, createdAt)}
          <span className="wide:hidden"> · {formatCount(usesLeft)} left</span>
        </>
      ),
    },
    { key: 'by', head: 'Made by', cell: ({ createdBy }) => createdBy },
    {
      key: 'revoke',
      head: 'Revoke',
      isHeadHidden: true,
      align: 'right',
      narrow: 'trailing',
      cell: ({ id, state, clientName, siteName }) =>
        state === 'usable' && mayRevoke ? (
          <Button
            size="sm"
            aria-label={`Revoke the token for ${clientName}, ${siteName}`}
            isPending={revoke.isPending && revoke.variables.tokenId === id}
            onClick={() => revoke.mutate({ tokenId: id })}
          >
            Revoke
          </Button>
        ) : null,
    },
  ]
  return <DataTable caption="Enrolment tokens" columns={columns} rows={tokens} rowKey={(token) => token.id} />
}
