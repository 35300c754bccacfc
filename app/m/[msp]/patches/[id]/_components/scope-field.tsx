import { plural } from '@/components/format'
import { Field } from '@/components/ui/field'
import { Select } from '@/components/ui/select'

type ScopeFieldProps = { clientCount: number; isForAll: boolean; onChange: (isForAll: boolean) => void }

/** For the clients that lack it now, or for the MSP as a whole: clients that find it later included. */
export function ScopeField({ clientCount, isForAll, onChange }: ScopeFieldProps) {
  return (
    <Field label="For">
      <Select
        value={isForAll ? 'all' : 'these'}
        options={[
          { value: 'these', label: `The ${plural(clientCount, 'client', 'clients')} that lack it now` },
          { value: 'all', label: 'All clients, also those that find it later' },
        ]}
        onChange={(value) => onChange(value === 'all')}
      />
    </Field>
  )
}
