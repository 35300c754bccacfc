'use client'
import { useRouter } from 'next/navigation'
import { useMsp } from '@/app/_trpc/client'
import { SearchField } from '@/components/ui/search-field'
import { Select } from '@/components/ui/select'
import type { ListDevices } from '@/server/devices/schema'
import { paths } from '@/server/paths'
import { devicesHref } from './devices-href'

const any = 'any'

type DevicesFiltersProps = { input: ListDevices; clients: readonly { id: string; name: string }[] }

/** Host name and client; both are in the URL. Works as a plain form too. */
export function DevicesFilters({ input, clients }: DevicesFiltersProps) {
  const { slug } = useMsp()
  const router = useRouter()
  const { filter, client, search } = input
  return (
    <>
      <search className="w-52 max-wide:min-w-0 max-wide:flex-1 max-wide:basis-full">
        <form
          action={paths.devices(slug)}
          onSubmit={(event) => {
            event.preventDefault()
            const typed = String(new FormData(event.currentTarget).get('search') ?? '').trim()
            router.push(devicesHref(slug, { filter, client, search: typed }))
          }}
        >
          {filter === 'all' ? null : <input type="hidden" name="filter" value={filter} />}
          {client ? <input type="hidden" name="client" value={client} /> : null}
          <SearchField label="Host name" name="search" defaultValue={search} maxLength={100} />
        </form>
      </search>
      {clients.length > 1 ? (
        <Select
          label="Client"
          className="h-[30px] min-w-44 max-wide:h-11 max-wide:flex-1"
          value={client ?? any}
          options={[
            { value: any, label: 'All clients' },
            ...clients.map(({ id, name }) => ({ value: id, label: name })),
          ]}
          onChange={(value) =>
            router.push(devicesHref(slug, { filter, search, client: value === any ? undefined : value }))
          }
        />
      ) : null}
    </>
  )
}
