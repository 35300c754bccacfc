import { Field } from '@/components/ui/field'
import { RadioGroup } from '@/components/ui/radio-group'
import { Select } from '@/components/ui/select'
import { offeredRoles, roleDuties, roleNames, type Viewer } from '@/server/members/rules'
import type { Role } from '@/server/permissions'
import { ClientPicker } from '../../../_components/client-picker'
import { clientsLabel } from './people-words'

export interface Reach {
  role: Role
  clients: 'all' | readonly string[]
}
export interface NamedClient {
  id: string
  name: string
}

type ReachFieldsProps = {
  reach: Reach
  onChange: (reach: Reach) => void
  viewer: Viewer
  clients: readonly NamedClient[]
  error?: string
}

/** What somebody may do and whom they see: only what the giver has is offered. */
export function ReachFields({ reach, onChange, viewer, clients, error }: ReachFieldsProps) {
  const { role } = reach
  const offered = offeredRoles(viewer, role)
  const mayGiveAll = viewer.hasAllClients && role !== 'client-manager'
  const change = (next: Role) => {
    if (next === 'owner') onChange({ role: next, clients: 'all' })
    else if (next === 'client-manager' && reach.clients === 'all') onChange({ role: next, clients: [] })
    else onChange({ ...reach, role: next })
  }
  return (
    <>
      <Field label="Role" hint={roleDuties[role]}>
        <Select
          value={role}
          options={offered.map((one) => ({ value: one, label: roleNames[one] }))}
          onChange={(value) => {
            const next = offered.find((one) => one === value)
            if (next) change(next)
          }}
        />
      </Field>
      {role === 'owner' ? null : (
        <fieldset className="flex flex-col gap-1.5">
          <legend className="pb-1.5 font-medium text-body text-text">{clientsLabel(role)}</legend>
          {mayGiveAll ? (
            <RadioGroup
              ariaLabel="Which clients"
              value={reach.clients === 'all' ? 'all' : 'some'}
              onChange={(value) => onChange({ ...reach, clients: value === 'all' ? 'all' : [] })}
              options={[
                { value: 'all', label: 'All clients, also those to come' },
                { value: 'some', label: 'These' },
              ]}
            />
          ) : null}
          {reach.clients === 'all' ? null : (
            <ClientPicker
              isIndented={mayGiveAll}
              clients={clients}
              chosen={reach.clients}
              onChange={(chosen) => onChange({ ...reach, clients: chosen })}
            />
          )}
          {error ? (
            <p role="alert" className="text-detail text-fail">
              {error}
            </p>
          ) : null}
        </fieldset>
      )}
    </>
  )
}
