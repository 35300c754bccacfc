import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTrpc } from '@/app/_trpc/client'
import { DataTable } from '@/components/data-table'
import { formatDateTime, formatDue } from '@/components/format'
import { StatusMark } from '@/components/status-mark'
import type { Column } from '@/components/table-style'
import { Button } from '@/components/ui/button'
import { useToast } from '@/components/ui/toast'
import { invitationCan, roleNames } from '@/server/members/rules'
import type { Invitation, Standing } from './people-types'
import { reachWords } from './people-words'
import { sentToast } from './sent-toast'

type InvitationsTableProps = {
  invitations: readonly Invitation[]
  standing: Standing
  now: Date
  timeZone: string
}

const stateWords: Record<Invitation['state'], string> = {
  open: 'Open',
  lapsed: 'Lapsed',
  expired: 'Expired',
  accepted: 'Accepted',
  revoked: 'Revoked',
}

/** Who was asked in and has not come yet, newest first. */
export function InvitationsTable({ invitations, standing: { viewer }, now, timeZone }: InvitationsTableProps) {
  const trpc = useTrpc()
  const queryClient = useQueryClient()
  const showToast = useToast()
  const refresh = () => queryClient.invalidateQueries(trpc.members.list.queryFilter())
  const resend = useMutation(
    trpc.members.resendInvitation.mutationOptions({
      onSuccess: ({ mailSinkUrl }) => {
        showToast(sentToast('Sent again. The former link is dead.', mailSinkUrl))
        return refresh()
      },
      onError: (error) => showToast({ title: 'Not sent again', detail: error.message, isFailure: true }),
    }),
  )
  const revoke = useMutation(
    trpc.members.revokeInvitation.mutationOptions({
      onSuccess: () => {
        showToast({ title: 'Revoked. Its link does nothing any more.' })
        return refresh()
      },
      onError: (error) => showToast({ title: 'Not revoked', detail: error.message, isFailure: true }),
    }),
  )
  const columns: Column<Invitation>[] = [
    {
      key: 'state',
      head: 'State',
      width: '110px',
      narrow: 'mark',
      cell: ({ state }) => (
        <span className="flex items-center gap-2">
          <StatusMark state={state === 'open' ? 'scheduled' : 'not-applicable'} />
          <span className="max-wide:sr-only">{stateWords[state]}</span>
        </span>
      ),
    },
    { key: 'name', head: 'For', isKey: true, narrow: 'title', cell: ({ name }) => name },
    { key: 'email', head: 'E-mail', cell: ({ email }) => <span className="break-all">{email}</span> },
    {
      key: 'role',
      head: 'As',
      narrow: 'detail',
      cell: (one) => `${roleNames[one.role]}, ${reachWords(one).replace(/^(All|No)\b/, (word) => word.toLowerCase())}`,
    },
    {
      key: 'sent',
      head: 'Sent',
      isExtra: true,
      cell: ({ sentAt, invitedByName }) => `${formatDateTime(sentAt, timeZone, now)} by ${invitedByName}`,
    },
    {
      key: 'ends',
      head: 'Ends',
      cell: ({ state, expiresAt }) =>
        state === 'lapsed' ? 'Its sender may not give this any more' : formatDue(expiresAt, timeZone, now),
    },
    {
      key: 'actions',
      head: 'What to do',
      isHeadHidden: true,
      align: 'right',
      narrow: 'trailing',
      cell: ({ id, name, role, state }) => {
        const [mayResend, mayRevoke] = [
          invitationCan.resend(viewer, { role, state }),
          invitationCan.revoke(viewer, { state }),
        ]
        return (
          <span className="inline-flex gap-2">
            {mayResend.can ? (
              <Button
                size="sm"
                aria-label={`Send the invitation of ${name} again`}
                isPending={resend.isPending && resend.variables.invitationId === id}
                onClick={() => resend.mutate({ invitationId: id })}
              >
                Send again
              </Button>
            ) : null}
            {mayRevoke.can ? (
              <Button
                size="sm"
                aria-label={`Revoke the invitation of ${name}`}
                isPending={revoke.isPending && revoke.variables.invitationId === id}
                onClick={() => revoke.mutate({ invitationId: id })}
              >
                Revoke
              </Button>
            ) : null}
          </span>
        )
      },
    },
  ]
  return <DataTable caption="Invitations, newest first" columns={columns} rows={invitations} rowKey={(one) => one.id} />
}
