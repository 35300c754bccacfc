import { useState } from 'react'
import { cn } from '@/components/cn'
import { formatCount } from '@/components/format'
import { Checkbox } from '@/components/ui/checkbox'
import { Field } from '@/components/ui/field'
import { RadioGroup } from '@/components/ui/radio-group'
import { SearchField } from '@/components/ui/search-field'
import { Select } from '@/components/ui/select'
import { allRoles, grantableRoles, roleDuties, roleNames, type Viewer } from '@/server/members/rules'
import type { Role } from '@/server/permissions'
import { clientsLabel } from './people-words'

export interface Reach {
  role: Role
  clients: 'all' | readonly string[]
}
export interface NamedClient {
  id: string
  name: string
}

/** Above this many the list of clients can be searched. */
const searchFrom = 8

type ReachFieldsProps = {
  reach: Reach
  onChange: (reach: Reach) => void
  viewer: Viewer
  clients: readonly NamedClient[]
  error?: string
}

/** What somebody may do and whom they see: only what the giver has is offered. */
export function ReachFields({ reach, onChange, viewer, clients, error }: ReachFieldsProps) {
  const grantable = grantableRoles(viewer)
  const { role } = reach
  // Someone whose role the giver could not give keeps it in the list: it is what they have.
  const offered = allRoles.filter((one) => grantable.includes(one) || one === role)
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
            const next = allRoles.find((one) => one === value)
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
            <ClientChoice
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

type ClientChoiceProps = {
  /** Below a choice of its own. */
  isIndented: boolean
  clients: readonly NamedClient[]
  chosen: readonly string[]
  onChange: (chosen: readonly string[]) => void
}

function ClientChoice({ isIndented, clients, chosen, onChange }: ClientChoiceProps) {
  const [text, setText] = useState('')
  const shown = clients.filter(({ name }) => name.toLowerCase().includes(text.trim().toLowerCase()))
  const toggle = (id: string, isChecked: boolean) =>
    onChange(isChecked ? [...chosen, id] : chosen.filter((one) => one !== id))
  return (
    <div className={cn('flex flex-col gap-2', isIndented && 'pl-6')}>
      {clients.length >= searchFrom ? (
        <SearchField label="Find a client" value={text} onChange={(event) => setText(event.target.value)} />
      ) : null}
      <div className="flex max-h-[184px] flex-col overflow-y-auto">
        {shown.map(({ id, name }) => (
          <Checkbox
            key={id}
            label={name}
            isChecked={chosen.includes(id)}
            onChange={(isChecked) => toggle(id, isChecked)}
          />
        ))}
        {shown.length === 0 ? <p className="py-1 text-body text-text-3">No client here has this name.</p> : null}
      </div>
      {clients.length >= searchFrom ? (
        <p className="text-detail text-text-3">
          {formatCount(chosen.length)} of {formatCount(clients.length)} chosen
        </p>
      ) : null}
    </div>
  )
}
