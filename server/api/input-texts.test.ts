import { expect, test } from 'vitest'
import { z } from 'zod'
import { appRouter } from './root.ts'

// Typed as the tree of routers, flat at run time; each holds the schemas of its input.
const flat = appRouter._def.procedures as unknown as Record<string, { _def: { inputs: z.core.$ZodType[] } }>

/** Every text inside a schema, with the way to it. What a `.catch` covers is never refused and goes no further as it came. */
function* textsOf(schema: z.core.$ZodType, way: string): Generator<[string, z.core.$ZodType]> {
  if (schema instanceof z.ZodString || schema instanceof z.ZodStringFormat) yield [way, schema]
  else if (schema instanceof z.ZodObject)
    for (const [key, each] of Object.entries(schema.shape)) yield* textsOf(each, `${way}.${key}`)
  else if (schema instanceof z.ZodArray) yield* textsOf(schema.element, `${way}[]`)
  else if (schema instanceof z.ZodUnion) for (const each of schema.options) yield* textsOf(each, way)
  else if (schema instanceof z.ZodPipe) yield* textsOf(schema.in, way)
  else if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault)
    yield* textsOf(schema.unwrap(), way)
  else if (schema instanceof z.ZodRecord) throw new Error(`${way} is a record: say here how to look into one`)
}

const texts = Object.entries(flat).flatMap(([path, { _def }]) =>
  _def.inputs.flatMap((input) => [...textsOf(input, path)]),
)

test('the texts of all inputs are found', () => {
  const ways = texts.map(([way]) => way)
  for (const way of ['devices.tag.tags[]', 'holds.set.reason', 'policies.save.document.rings[].members.tags[]'])
    expect(ways).toContain(way)
  expect(ways).toContain('rollouts.devices.cursor.hostName')
})

test.each(['aaa\u0000bbb', 'a\ud800bc', 'aaa\u001bbbb'])('no input takes %j', (bad) => {
  expect(texts.filter(([, schema]) => z.safeParse(schema, bad).success).map(([way]) => way)).toEqual([])
})
