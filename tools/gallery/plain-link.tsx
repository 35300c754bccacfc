import type { ComponentProps } from 'react'

/** Stands in for the router's link outside of the product. */
// biome-ignore lint/style/noDefaultExport: it has the form of the module it replaces
export default function PlainLink(props: ComponentProps<'a'>) {
  return <a {...props} />
}
