import { z } from 'zod'

/** What programs get. Whatever else a query reads stays here: a field is part of the API only when it is named. */
const time = z
  .date()
  .transform((at) => at.toISOString())
  .pipe(z.iso.datetime())
const mayBeTime = time.nullable()
const named = z.object({ id: z.uuid(), name: z.string() })

/** A page of a list; `nextCursor` null at its end. */
const page = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item), nextCursor: z.string().nullable() })

export const clientPage = page(
  z.object({
    id: z.uuid(),
    name: z.string(),
    timeZone: z.string(),
    status: z
      .object({
        devices: z.int(),
        compliant: z.int(),
        rebootPending: z.int(),
        pastDue: z.int(),
        silent: z.int(),
        noData: z.int(),
        failed: z.int(),
        refreshedAt: time,
      })
      .nullable(),
  }),
)

export const devicePage = page(
  z.object({
    id: z.uuid(),
    hostName: z.string(),
    client: named,
    siteName: z.string(),
    osName: z.string(),
    agentVersion: z.string(),
    state: z.string(),
    isRebootPending: z.boolean(),
    isPastDue: z.boolean(),
    missingCount: z.int(),
    lastSeenAt: time,
  }),
)

export const deviceAnswer = z.object({
  id: z.uuid(),
  hostName: z.string(),
  client: named,
  siteName: z.string(),
  osName: z.string(),
  agentVersion: z.string(),
  status: z.enum(['active', 'silent', 'no-data']),
  isRebootPending: z.boolean(),
  tags: z.array(z.string()),
  ring: z.string().nullable(),
  enrolledAt: time,
  lastSeenAt: time,
  scannedAt: mayBeTime,
  missing: z.array(
    z.object({
      patchId: z.uuid(),
      name: z.string(),
      version: z.string(),
      fromVersion: z.string().nullable(),
      classification: z.string(),
      severity: z.string(),
      dueAt: mayBeTime,
      /** Who asks for that date, in a sentence. */
      dueRule: z.string().nullable(),
      isPastDue: z.boolean(),
      isApproved: z.boolean(),
    }),
  ),
})

export const patchPage = page(
  z.object({
    id: z.uuid(),
    name: z.string(),
    version: z.string(),
    classification: z.string(),
    severity: z.string(),
    state: z.string(),
    wantsPerson: z.boolean(),
    devices: z.int(),
    clients: z.int(),
    firstDueAt: mayBeTime,
    pastDueDevices: z.int(),
    pastDueClients: z.int(),
    releasedAt: mayBeTime,
    firstSeenAt: time,
  }),
)

const ring = z.object({
  name: z.string(),
  state: z.enum(['waiting', 'open', 'closed', 'left-out']),
  deviceCount: z.int(),
  proved: z.int(),
  failed: z.int(),
})
const rollout = z.object({
  id: z.uuid(),
  number: z.int(),
  title: z.string(),
  client: named,
  state: z.string(),
  sentence: z.string(),
  startedAt: time,
  startedBy: z.string(),
  rings: z.array(ring),
})
export const rolloutPage = page(rollout)
export const rolloutAnswer = rollout.extend({
  finishedAt: mayBeTime,
  stop: z.object({ at: time, by: z.string(), reason: z.string() }).nullable(),
  patches: z.array(
    z.object({ id: z.uuid(), name: z.string(), version: z.string(), isStopped: z.boolean(), installed: z.int() }),
  ),
})

export const auditPage = page(
  z.object({
    id: z.int(),
    at: time,
    actor: z.object({ kind: z.string(), id: z.string(), name: z.string() }),
    action: z.string(),
    outcome: z.enum(['done', 'denied']),
    client: named.nullable(),
    subject: z.object({ kind: z.string(), id: z.string(), name: z.string() }),
    reason: z.string(),
    changes: z.record(z.string(), z.unknown()),
  }),
)

export const decisionAnswer = z.object({ decided: z.int() })
export const doneAnswer = z.object({ done: z.literal(true) })
