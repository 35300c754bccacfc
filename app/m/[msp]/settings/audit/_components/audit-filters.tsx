'use client'
import { Select } from '@/components/ui/select'
import type { ListAudit } from '@/server/audit/schema'
import { listAuditSchema } from '@/server/audit/schema'
import { actionWord } from './audit-words'

export type Filters = Pick<ListAudit, 'clientId' | 'actor' | 'action' | 'outcome'>
type Named = { id: string; name: string; kind?: string }
type AuditFiltersProps = {
  filters: Filters
  clients: readonly Named[]
  actors: readonly Named[]
  onChange: (filters: Filters) => void
}

const everything = 'all'
const chosen = (value: string) => (value === everything ? undefined : value)
const changingActions = listAuditSchema.shape.action.unwrap().options.filter((action) => !action.endsWith(':read'))

const outcomes = listAuditSchema.shape.outcome.unwrap().options

/** Narrows the log by client, person, action and outcome; each choice is in the URL. */
export function AuditFilters({ filters, clients, actors, onChange }: AuditFiltersProps) {
  return (
    <div className="flex flex-wrap gap-2 max-wide:flex-col">
      <Select
        label="Client"
        value={filters.clientId ?? everything}
        options={[{ value: everything, label: 'All clients' }, ...clients.map(asOption)]}
        onChange={(value) => onChange({ ...filters, clientId: chosen(value) })}
        className="min-w-44"
      />
      <Select
        label="Person"
        value={filters.actor ?? everything}
        options={[
          { value: everything, label: 'Everybody' },
          ...actors.map(asOption),
          { value: 'system', label: 'Patchward itself' },
        ]}
        onChange={(value) => onChange({ ...filters, actor: chosen(value) })}
        className="min-w-44"
      />
      <Select
        label="Action"
        value={filters.action ?? everything}
        options={[
          { value: everything, label: 'Every action' },
          ...changingActions.map((action) => ({ value: action, label: actionWord(action) })),
        ]}
        onChange={(value) => onChange({ ...filters, action: changingActions.find((action) => action === value) })}
        className="min-w-44"
      />
      <Select
        label="Outcome"
        value={filters.outcome ?? everything}
        options={[
          { value: everything, label: 'Done and denied' },
          { value: 'done', label: 'Done' },
          { value: 'denied', label: 'Denied' },
        ]}
        onChange={(value) => onChange({ ...filters, outcome: outcomes.find((outcome) => outcome === value) })}
        className="min-w-36"
      />
    </div>
  )
}

const asOption = ({ id, name, kind }: Named) => ({ value: id, label: kind === 'api-key' ? `${name} (API key)` : name })
