import { plural } from '@/components/format'
import { Field } from '@/components/ui/field'
import { Select } from '@/components/ui/select'
import type { Choice } from './patch-types'

/** The ticked clients, all of the group that they were ticked by, or the MSP as a whole. */
export type Scope = 'these' | 'group' | 'all'

type ScopeFieldProps = { choice: Choice; canBeForAll: boolean; scope: Scope; onChange: (scope: Scope) => void }

/** For the clients that lack it now, or also for those that find it later: of the group, or of the MSP. */
export function ScopeField({ choice, canBeForAll, scope, onChange }: ScopeFieldProps) {
  const options = scopesOf(choice, canBeForAll)
  if (options.length === 1) return null
  return (
    <Field label="For">
      <Select
        value={scope}
        options={options}
        onChange={(value) => onChange(options.find((option) => option.value === value)?.value ?? 'these')}
      />
    </Field>
  )
}

function scopesOf({ clients, group }: Choice, canBeForAll: boolean): { value: Scope; label: string }[] {
  const isLarger = group !== null && group.clientIds.length > clients.length
  return [
    { value: 'these', label: `The ${plural(clients.length, 'client', 'clients')} that lack it now` },
    ...(isLarger
      ? [
          {
            value: 'group' as const,
            label: `All ${group.clientIds.length} clients of ${group.name}, also those that find it later`,
          },
        ]
      : []),
    ...(canBeForAll ? [{ value: 'all' as const, label: 'All clients, also those that find it later' }] : []),
  ]
}

/** What the verbs take: for whom, and the group that it was chosen by. */
export function targetOf({ clients, group }: Choice, canBeForAll: boolean, scope: Scope) {
  if (scope === 'all' && canBeForAll) return { clients: 'all' as const }
  const ids = scope === 'group' && group ? [...group.clientIds] : clients.map((client) => client.clientId)
  return { clients: ids, ...(group ? { groupId: group.id } : {}) }
}
