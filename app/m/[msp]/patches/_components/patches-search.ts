import { type ListPatches, listPatchesSchema } from '@/server/patches/schema'
import { paths } from '@/server/paths'

type SearchParams = Record<string, string | string[] | undefined>

/** Filters and page in the URL; what cannot be read there counts as not set. */
export function readPatchesSearch(search: SearchParams): ListPatches {
  const { filter, classification, after, before } = listPatchesSchema.shape
  const text = typeof search.search === 'string' ? search.search.trim().slice(0, 100) : ''
  return {
    filter: filter.catch(undefined).parse(search.filter),
    search: text,
    classification: classification.catch(undefined).parse(search.classification),
    after: after.catch(undefined).parse(search.after),
    before: before.catch(undefined).parse(search.before),
  }
}

/** The URL with these filters; a changed filter begins at the first page. */
export const patchesHref = (msp: string, input: Partial<ListPatches>) => paths.patches(msp, input)
