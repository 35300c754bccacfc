import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Ellipsis } from 'lucide-react'
import { useTrpc } from '@/app/_trpc/client'
import { DataTable } from '@/components/data-table'
import { formatDate } from '@/components/format'
import type { Column } from '@/components/table-style'
import { Menu, type MenuEntry } from '@/components/ui/menu'
import { Tag } from '@/components/ui/tag'
import { useToast } from '@/components/ui/toast'
import type { Can } from '@/server/can'
import { memberCan, roleNames } from '@/server/members/rules'
import type { Person, PersonVerb, Standing } from './people-types'
import { reachWords } from './people-words'

type PeopleTableProps = {
  people: readonly Person[]
  standing: Standing
  now: Date
  timeZone: string
  onChoose: (verb: PersonVerb, person: Person) => void
}

/** Everybody who may come in, by name. */
export function PeopleTable({ people, standing, now, timeZone, onChoose }: PeopleTableProps) {
  const restore = useRestore()
  const columns: Column<Person>[] = [
    {
      key: 'name',
      head: 'Name',
      isKey: true,
      narrow: 'title',
      cell: ({ name, isSelf, suspendedAt }) => (
        <>
          {name}
          {isSelf ? <Tag className="ml-2">You</Tag> : null}
          {suspendedAt ? (
            <Tag tone="back" className="ml-2">
              Suspended
            </Tag>
          ) : null}
        </>
      ),
    },
    { key: 'email', head: 'E-mail', cell: ({ email }) => <span className="break-all">{email}</span> },
    {
      key: 'role',
      head: 'Role',
      narrow: 'detail',
      cell: (person) => (
        <>
          {roleNames[person.role]}
          <span className="wide:hidden"> · {reachWords(person)}</span>
        </>
      ),
    },
    { key: 'reach', head: 'Sees', cell: reachWords },
    {
      key: 'since',
      head: 'Since',
      isExtra: true,
      cell: ({ createdAt }) => formatDate(createdAt, timeZone, now),
    },
    {
      key: 'actions',
      head: 'What to do',
      isHeadHidden: true,
      align: 'right',
      narrow: 'trailing',
      cell: (person) => (
        <Menu
          label={`What to do about ${person.name}`}
          variant="ghost"
          size="sm"
          isIconOnly
          trigger={<Ellipsis size={16} aria-hidden />}
          entries={entriesOf(person, standing, onChoose, () => restore(person))}
        />
      ),
    },
  ]
  return <DataTable caption="People, by name" columns={columns} rows={people} rowKey={(one) => one.userId} />
}

function entriesOf(
  person: Person,
  { viewer, people }: Standing,
  onChoose: (verb: PersonVerb, person: Person) => void,
  restore: () => void,
): MenuEntry[] {
  const entry = (label: string, can: Can, onSelect: () => void, isDanger = false): MenuEntry => ({
    label,
    onSelect,
    isDanger,
    disabledReason: can.can ? null : can.reason,
  })
  const own: MenuEntry[] = [
    entry('Change role and clients…', memberCan.change(viewer, person, people), () => onChoose('change', person)),
  ]
  const out = (label: string) =>
    entry(label, memberCan.remove(viewer, person, people), () => onChoose('remove', person), true)
  if (person.isSelf) return [...own, 'line', out('Leave…')]
  return [
    ...own,
    entry('Take their ways to sign in away…', memberCan.resetFactors(viewer, person), () => onChoose('reset', person)),
    entry('Make owner in your place…', memberCan.transferTo(viewer, person), () => onChoose('transfer', person)),
    'line',
    person.suspendedAt
      ? entry('Let in again', memberCan.restore(viewer, person), restore)
      : entry('Suspend…', memberCan.suspend(viewer, person, people), () => onChoose('suspend', person)),
    out('Remove…'),
  ]
}

function useRestore(): (person: Person) => void {
  const trpc = useTrpc()
  const queryClient = useQueryClient()
  const showToast = useToast()
  const restore = useMutation(
    trpc.members.restore.mutationOptions({
      onSuccess: () => queryClient.invalidateQueries(trpc.members.list.queryFilter()),
      onError: (error) => showToast({ title: 'Not let in', detail: error.message, isFailure: true }),
    }),
  )
  return ({ userId, name }) =>
    restore.mutate(
      { userId },
      {
        onSuccess: () =>
          showToast({ title: `${name} may come in again`, detail: 'With the role and the clients they had.' }),
      },
    )
}
