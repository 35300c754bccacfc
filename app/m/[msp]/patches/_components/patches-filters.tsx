'use client'
import { useRouter } from 'next/navigation'
import { useMsp } from '@/app/_trpc/client'
import { SearchField } from '@/components/ui/search-field'
import { Select } from '@/components/ui/select'
import type { ListPatches } from '@/server/patches/schema'
import { paths } from '@/server/paths'
import { classifications } from '@/server/policies/schema'
import { capital } from './patch-words'
import { patchesHref } from './patches-search'

const any = 'any'

/** Name and classification; both are in the URL. Works as a plain form too. */
export function PatchesFilters({ input }: { input: ListPatches }) {
  const { slug } = useMsp()
  const router = useRouter()
  const { filter, classification } = input
  return (
    <>
      <search className="w-52 max-wide:min-w-0 max-wide:flex-1 max-wide:basis-full">
        <form
          action={paths.patches(slug)}
          onSubmit={(event) => {
            event.preventDefault()
            const search = String(new FormData(event.currentTarget).get('search') ?? '').trim()
            router.push(patchesHref(slug, { filter, classification, search }))
          }}
        >
          {filter ? <input type="hidden" name="filter" value={filter} /> : null}
          {classification ? <input type="hidden" name="classification" value={classification} /> : null}
          <SearchField label="Name or version" name="search" defaultValue={input.search} maxLength={100} />
        </form>
      </search>
      <Select
        label="Classification"
        className="h-[30px] min-w-40 max-wide:h-11 max-wide:flex-1"
        value={classification ?? any}
        options={[
          { value: any, label: 'Any classification' },
          ...classifications.map((value) => ({ value, label: capital(value) })),
        ]}
        onChange={(value) =>
          router.push(
            patchesHref(slug, {
              filter,
              search: input.search,
              classification: classifications.find((one) => one === value),
            }),
          )
        }
      />
    </>
  )
}
