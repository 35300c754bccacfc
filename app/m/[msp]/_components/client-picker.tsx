import { useState } from 'react'
import { cn } from '@/components/cn'
import { formatCount } from '@/components/format'
import { Checkbox } from '@/components/ui/checkbox'
import { SearchField } from '@/components/ui/search-field'
import { isNamed } from '@/server/clients/rules'

/** Above this many the list of clients can be searched. */
const searchFrom = 8

type ClientPickerProps = {
  clients: readonly { id: string; name: string }[]
  chosen: readonly string[]
  onChange: (chosen: string[]) => void
  /** Below a choice of its own. */
  isIndented?: boolean
}

/** Some of the clients one sees, by a tick for each. */
export function ClientPicker({ clients, chosen, onChange, isIndented = false }: ClientPickerProps) {
  const [text, setText] = useState('')
  const shown = clients.filter((client) => isNamed(client, text.trim()))
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
