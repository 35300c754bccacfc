import type { ListPatches } from '@/server/patches/schema'
import { paths } from '@/server/paths'

/** The URL with these filters; a changed filter begins at the first page. */
export const patchesHref = (msp: string, input: Partial<ListPatches>) => paths.patches(msp, input)
