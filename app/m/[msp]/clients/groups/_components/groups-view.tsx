'use client'
import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import { useTrpc } from '@/app/_trpc/client'
import { DataTable } from '@/components/data-table'
import { formatList, plural } from '@/components/format'
import { PageHeader } from '@/components/page-header'
import type { Column } from '@/components/table-style'
import { Button } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'
import { useToast } from '@/components/ui/toast'
import type { Outputs } from '@/server/api/root'
import { DownloadCsv } from '../../../_components/download-csv'
import { GroupDialog } from './group-dialog'

type Group = Outputs['clientGroups']['list']['groups'][number]

/** Clients under one name, to decide for all of them at once. */
export function GroupsView() {
  const trpc = useTrpc()
  const queryClient = useQueryClient()
  const showToast = useToast()
  const { data } = useSuspenseQuery(trpc.clientGroups.list.queryOptions())
  const [edited, setEdited] = useState<Group | 'new' | null>(null)
  const remove = useMutation(
    trpc.clientGroups.delete.mutationOptions({
      onSuccess: async () => {
        await queryClient.invalidateQueries()
        showToast({ title: 'Group deleted', detail: 'Its clients, and what was decided for them, stay as they are.' })
      },
      onError: (error) => showToast({ title: 'Not deleted', detail: error.message, isFailure: true }),
    }),
  )
  const { groups, clients, mayChange } = data
  const nameOf = new Map(clients.map((client) => [client.id, client.name]))
  const namesOf = (group: Group) => group.clientIds.flatMap((id) => nameOf.get(id) ?? []).sort()
  const add = mayChange ? (
    <Button variant="primary" icon={<Plus size={14} aria-hidden />} onClick={() => setEdited('new')}>
      Make a group…
    </Button>
  ) : null
  const dialog = edited ? (
    <GroupDialog
      key={edited === 'new' ? 'new' : edited.id}
      group={edited === 'new' ? null : edited}
      clients={clients}
      onClose={() => setEdited(null)}
    />
  ) : null
  if (groups.length === 0)
    return (
      <>
        <EmptyState
          level={1}
          title="No groups yet"
          lead={
            mayChange
              ? 'A group names clients that you often decide for together: dental practices, those with servers, those in one city.'
              : 'People who see all clients make groups of them.'
          }
        >
          {add}
        </EmptyState>
        {dialog}
      </>
    )
  const columns: Column<Group>[] = [
    { key: 'name', head: 'Group', isKey: true, width: '260px', narrow: 'title', cell: (group) => group.name },
    {
      key: 'clients',
      head: 'Clients',
      narrow: 'detail',
      cell: (group) =>
        group.clientIds.length === 0
          ? 'None'
          : `${plural(group.clientIds.length, 'client', 'clients')}: ${formatList(namesOf(group), 4)}`,
    },
    {
      key: 'actions',
      head: 'What to do',
      isHeadHidden: true,
      align: 'right',
      narrow: 'trailing',
      cell: (group) =>
        mayChange ? (
          <span className="inline-flex gap-2">
            <Button size="sm" aria-label={`Change ${group.name}`} onClick={() => setEdited(group)}>
              Change
            </Button>
            <Button
              size="sm"
              aria-label={`Delete ${group.name}`}
              isPending={remove.isPending && remove.variables.groupId === group.id}
              onClick={() => remove.mutate({ groupId: group.id })}
            >
              Delete
            </Button>
          </span>
        ) : null,
    },
  ]
  return (
    <>
      <PageHeader
        title={plural(groups.length, 'group of clients', 'groups of clients')}
        lead="Choose a group where you decide about a patch. What is decided stands for each client by itself."
        actions={
          <>
            <DownloadCsv list="client-groups" />
            {add}
          </>
        }
      />
      <DataTable caption="Groups of clients, by name" columns={columns} rows={groups} rowKey={(group) => group.id} />
      {dialog}
    </>
  )
}
