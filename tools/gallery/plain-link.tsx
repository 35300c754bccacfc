import type { ComponentProps } from 'react'

/** Stands in for the router's link outside of the product: nothing can be fetched ahead there. */
// biome-ignore lint/style/noDefaultExport: it has the form of the module it replaces
export default function PlainLink({ prefetch: _, ...rest }: ComponentProps<'a'> & { prefetch?: boolean | null }) {
  return <a {...rest} />
}
