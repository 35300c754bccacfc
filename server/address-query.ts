import type { z } from 'zod'

/** What stands after the `?` of an address, as Next.js and `URLSearchParams` hand it over. */
export type AddressQuery = Readonly<Record<string, string | string[] | undefined>>

/**
 * An input from an address line, by the names of its schema; `*.list` schemas, whose fields all may be left out. What does not parse is
 * left out, because people shorten and mistype addresses.
 */
export function parseQuery<S extends z.ZodObject>(schema: S, query: AddressQuery): z.output<S> {
  const kept: Record<string, string> = {}
  for (const [key, field] of Object.entries(schema.shape)) {
    const value = query[key]
    if (typeof value === 'string' && value !== '' && field.safeParse(value).success) kept[key] = value
  }
  return schema.parse(kept)
}
