import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { z } from 'zod'
import { type Caller, identify, verifyProof } from './authenticate.ts'
import type { Door } from './door.ts'
import { readBody } from './read-body.ts'

export interface SignedRoute<Body> {
  path: string
  schema: z.ZodType<Body>
  bodyLimitBytes: number
  /** Check-in and poll accept the hourly session key; everything else is signed. */
  mayUseSession: boolean
  /** Allowance of this route alone, used up before the body is parsed. */
  allow?: (deviceId: string, bytes: number) => Promise<void>
  handle: (call: {
    caller: Caller
    body: Body
    /** Size of the body as it came. */
    bytes: number
    request: FastifyRequest
    reply: FastifyReply
  }) => Promise<object>
}

/** A POST of an enrolled device: who is it (before the body is read), did it sign these bytes, what does it say. */
export function addSignedRoute<Body>(server: FastifyInstance, door: Door, route: SignedRoute<Body>): void {
  const identified = new WeakMap<FastifyRequest, Awaited<ReturnType<typeof identify>>>()
  server.post(route.path, {
    bodyLimit: route.bodyLimitBytes,
    onRequest: async (request) => {
      identified.set(request, await identify(door, request, route.mayUseSession))
    },
    handler: async (request, reply) => {
      const who = identified.get(request)
      if (!who) throw new Error('a signed route ran without its first check')
      const raw = rawBody(request)
      const caller = await verifyProof(door, request, who, raw)
      await route.allow?.(caller.deviceId, raw.length)
      return route.handle({ caller, body: readBody(route.schema, raw), bytes: raw.length, request, reply })
    },
  })
}

/** The bytes of the body as they came; empty when there were none. */
export function rawBody(request: FastifyRequest): Buffer {
  return Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
}
