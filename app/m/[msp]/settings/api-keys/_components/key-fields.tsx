import type { ReactNode } from 'react'
import { plural } from '@/components/format'
import { Checkbox } from '@/components/ui/checkbox'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { RadioGroup } from '@/components/ui/radio-group'
import { Select } from '@/components/ui/select'
import type { Outputs } from '@/server/api/root'
import { type ProgramAction, programActions, programActionWords } from '@/server/api-keys/rules'
import { ClientPicker } from '../../../_components/client-picker'

/** What the form holds: as it was typed, not as it is sent. */
export interface KeyWish {
  name: string
  actions: readonly ProgramAction[]
  clients: 'all' | readonly string[]
  days: number
}

const lifetimes = [7, 30, 90, 180, 365]

type KeyFieldsProps = {
  wish: KeyWish
  onChange: (wish: KeyWish) => void
  session: Outputs['session']['get']
  errors: Record<string, string>
}

/** Name, rights, clients and end of a key: only what its maker has is offered. */
export function KeyFields({ wish, onChange, session, errors }: KeyFieldsProps) {
  const offered = programActions.filter((action) => session.permissions.includes(action))
  return (
    <>
      <Field label="Name" hint="What the program is: you will look for it by this." error={errors.name}>
        <Input
          value={wish.name}
          maxLength={100}
          autoComplete="off"
          onChange={(event) => onChange({ ...wish, name: event.target.value })}
        />
      </Field>
      <Group legend="It may" error={errors.actions}>
        <div className="grid gap-x-4 sm:grid-flow-col sm:grid-rows-5">
          {offered.map((action) => (
            <Checkbox
              key={action}
              label={programActionWords[action]}
              isChecked={wish.actions.includes(action)}
              onChange={(isOn) => onChange({ ...wish, actions: toggled(wish.actions, action, isOn) })}
            />
          ))}
        </div>
      </Group>
      <Group legend="For" error={errors.clients}>
        <RadioGroup
          ariaLabel="Which clients"
          value={wish.clients === 'all' ? 'all' : 'some'}
          onChange={(value) => onChange({ ...wish, clients: value === 'all' ? 'all' : [] })}
          options={[
            {
              value: 'all',
              label: session.hasAllClients ? 'All clients, also those to come' : 'All clients that I see',
            },
            { value: 'some', label: 'These' },
          ]}
        />
        {wish.clients === 'all' ? null : (
          <ClientPicker
            isIndented
            clients={session.clients}
            chosen={wish.clients}
            onChange={(clients) => onChange({ ...wish, clients })}
          />
        )}
      </Group>
      <Field label="It ends after" error={errors.days}>
        <Select
          value={String(wish.days)}
          options={lifetimes.map((days) => ({ value: String(days), label: plural(days, 'day', 'days') }))}
          onChange={(value) => onChange({ ...wish, days: Number(value) })}
        />
      </Field>
    </>
  )
}

function Group({ legend, error, children }: { legend: string; error?: string; children: ReactNode }) {
  return (
    <fieldset className="flex flex-col gap-1.5">
      <legend className="pb-1.5 font-medium text-body text-text">{legend}</legend>
      {children}
      {error ? (
        <p role="alert" className="text-detail text-fail">
          {error}
        </p>
      ) : null}
    </fieldset>
  )
}

const toggled = <T,>(list: readonly T[], one: T, isOn: boolean): T[] =>
  isOn ? [...list, one] : list.filter((each) => each !== one)
