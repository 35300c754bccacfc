import { appRouter } from './root.ts'

/** Where an id stands in an input: names of fields, `*` for each of a list. */
export type IdPath = readonly string[]

interface Definition {
  type: string
  format?: string
  shape?: Record<string, Schema>
  element?: Schema
  innerType?: Schema
  options?: readonly Schema[]
  in?: Schema
}
interface Schema {
  _zod: { def: Definition }
}

// Typed as the tree of routers, flat at run time.
const flat = appRouter._def.procedures as unknown as Record<string, { _def: { inputs: readonly Schema[] } }>

/** Every place in the input of a procedure where its Zod schema takes a UUID. Throws on a kind of schema that it cannot look into. */
export function idPathsOf(procedure: string): IdPath[] {
  const found = new Map<string, IdPath>()
  for (const input of flat[procedure]?._def.inputs ?? []) walk(input, [], (path) => found.set(path.join('.'), path))
  return [...found.values()]
}

const withoutIds = new Set([
  ...[
    'string',
    'number',
    'int',
    'boolean',
    'enum',
    'literal',
    'date',
    'null',
    'undefined',
    'custom',
    'template_literal',
  ],
])

function walk({ _zod: { def } }: Schema, at: IdPath, note: (path: IdPath) => void): void {
  if (def.format === 'uuid' || def.format === 'guid') {
    note(at)
    return
  }
  if (def.shape) for (const [key, schema] of Object.entries(def.shape)) walk(schema, [...at, key], note)
  else if (def.element) walk(def.element, [...at, '*'], note)
  else if (def.options) for (const option of def.options) walk(option, at, note)
  else if (def.innerType) walk(def.innerType, at, note)
  else if (def.in) walk(def.in, at, note)
  else if (!withoutIds.has(def.type))
    throw new Error(`cannot look for ids in a schema of type ${def.type} at ${at.join('.')}`)
}

/** The places of an input that really hold something, with `*` replaced by a number. */
export function placesOf(input: unknown, [head, ...rest]: IdPath): (string | number)[][] {
  if (head === undefined) return input === undefined || input === null ? [] : [[]]
  if (typeof input !== 'object' || input === null) return []
  if (head === '*')
    return Array.isArray(input)
      ? input.flatMap((each, index) => placesOf(each, rest).map((place) => [index, ...place]))
      : []
  // An object has fields, whatever they hold.
  const value = (input as Record<string, unknown>)[head]
  return placesOf(value, rest).map((place) => [head, ...place])
}

/** A copy of the input with other values at these places. */
export function withIds(
  input: unknown,
  changes: readonly { place: readonly (string | number)[]; id: string }[],
): unknown {
  const copy = structuredClone(input)
  for (const { place, id } of changes) {
    let at = copy
    // Found by `placesOf` in this very input.
    for (const key of place.slice(0, -1)) at = (at as Record<string | number, unknown>)[key]
    const last = place.at(-1)
    // As above.
    if (last !== undefined) (at as Record<string | number, unknown>)[last] = id
  }
  return copy
}
