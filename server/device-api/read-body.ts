import type { z } from 'zod'
import { DoorError } from './errors.ts'

/** Deeper than any body of the wire (reports: 7). */
const maxDepth = 24

const quote = 0x22
const backslash = 0x5c

/** True when arrays and objects nest deeper than `max`; looks at bytes only, so that nothing is built first. */
export function isDeeperThan(body: Buffer, max: number): boolean {
  let depth = 0
  let isInText = false
  for (let at = 0; at < body.length; at++) {
    const byte = body[at]
    if (isInText) {
      if (byte === backslash) at += 1
      else if (byte === quote) isInText = false
    } else if (byte === quote) isInText = true
    else if (byte === 0x7b || byte === 0x5b) {
      depth += 1
      if (depth > max) return true
    } else if (byte === 0x7d || byte === 0x5d) depth -= 1
  }
  return false
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
/** Keys that would reach an object's prototype when copied; the schemas refuse them anyway, as unknown. */
const poison = /"(?:_|\\u005f){2}proto(?:_|\\u005f){2}"\s*:/i

/** The parsed body, or `malformed` with the path of what is wrong. */
export function readBody<T>(schema: z.ZodType<T>, body: Buffer): T {
  if (isDeeperThan(body, maxDepth)) throw new DoorError('malformed', `The body nests deeper than ${maxDepth} levels.`)
  let value: unknown
  try {
    const text = utf8.decode(body)
    if (poison.test(text)) throw new SyntaxError('__proto__')
    value = JSON.parse(text)
  } catch {
    throw new DoorError('malformed', 'The body is not JSON.')
  }
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  throw new DoorError('malformed', faultOf(parsed.error))
}

function faultOf(error: z.ZodError): string {
  const [first] = error.issues
  if (!first) return 'The body is malformed.'
  const path = first.path.map(String).join('.').slice(0, 200)
  const keys = first.code === 'unrecognized_keys' ? 'unknown field' : first.message.slice(0, 200)
  return `${path || 'body'}: ${keys}`
}
