import type { z } from 'zod'
import type { ProgramAction } from '../api-keys/rules.ts'
import { decidePatch } from '../approvals/decide-patch.ts'
import { decidePatchSchema } from '../approvals/schema.ts'
import { listAudit } from '../audit/queries.ts'
import { listClients } from '../clients/queries.ts'
import type { Context } from '../context.ts'
import { getDevice } from '../devices/get-device.ts'
import { listDevices } from '../devices/list-devices.ts'
import { DomainError } from '../errors.ts'
import { stopChanges } from '../msps/stop-changes.ts'
import { listPatches } from '../patches/list-patches.ts'
import { getRollout } from '../rollouts/get-rollout.ts'
import { listRollouts } from '../rollouts/list-rollouts.ts'
import { pauseRollout } from '../rollouts/pause-rollout.ts'
import { resumeRollout } from '../rollouts/resume-rollout.ts'
import { listRolloutsSchema } from '../rollouts/schema.ts'
import * as answers from './answers.ts'
import * as inputs from './schema.ts'

export interface RestRoute {
  method: 'GET' | 'POST'
  /** Below /api/v1; `{name}` stands for a part of the address that the input calls so. */
  path: string
  /** The rights of which a caller needs one; the verb asks for the very one. */
  actions: readonly [ProgramAction, ...ProgramAction[]]
  summary: string
  input: z.ZodObject
  output: z.ZodType
  /** Parses what came, does it, and keeps of the result what the API promises. Throws `ZodError` and `DomainError`. */
  answer(ctx: Context, raw: unknown): Promise<unknown>
}

function route<I extends z.ZodObject, O extends z.ZodType>(
  spec: Omit<RestRoute, 'answer'> & {
    input: I
    output: O
    run(ctx: Context, input: z.output<I>): Promise<z.input<O>>
  },
): RestRoute {
  const { run, ...rest } = spec
  return { ...rest, answer: async (ctx, raw) => spec.output.parse(await run(ctx, spec.input.parse(raw))) }
}

/**
 * Every route of the API for programs; the OpenAPI document, the door and the isolation sweep read this table. A new route is an entry here
 * and a case in `isolation.cases.ts`; a right that no route used before joins `programActions`.
 */
export const routes: readonly RestRoute[] = [
  route({
    method: 'GET',
    path: '/clients',
    actions: ['client:read'],
    summary: 'The clients that the key sees, by name, all on one page',
    input: inputs.nothingSchema,
    output: answers.clientPage,
    run: async (ctx) => ({ items: await listClients(ctx), nextCursor: null }),
  }),
  route({
    method: 'GET',
    path: '/devices',
    actions: ['device:read'],
    summary: 'Devices by host name, 50 on a page',
    input: inputs.deviceListSchema,
    output: answers.devicePage,
    async run(ctx, { cursor, clientId, filter = 'all', search }) {
      const found = await listDevices(ctx, { filter, client: clientId, search, after: cursor })
      // The list begins anew after a device that is gone: a program would go round and round.
      if (cursor && found.rows.length > 0 && found.beforeId === null)
        throw new DomainError('invalid', 'cursor: names a device that is not there any more. Begin again without it.')
      const items = found.rows.map((row) => ({
        ...row,
        client: { id: row.clientId, name: row.clientName },
        state: row.mark,
      }))
      return { items, nextCursor: found.afterId }
    },
  }),
  route({
    method: 'GET',
    path: '/devices/{deviceId}',
    actions: ['device:read'],
    summary: 'One device and what it lacks',
    input: inputs.deviceSchema,
    output: answers.deviceAnswer,
    async run(ctx, input) {
      const { device, client, siteName, ring, missing, inventory } = await getDevice(ctx, input)
      return { ...device, client, siteName, ring: ring.name, missing, scannedAt: inventory.scannedAt }
    },
  }),
  route({
    method: 'GET',
    path: '/patches',
    actions: ['patch:read'],
    summary: 'Patches that devices lack, newest first, 50 on a page',
    input: inputs.patchListSchema,
    output: answers.patchPage,
    async run(ctx, { cursor, search = '', ...filter }) {
      const found = await listPatches(ctx, { ...filter, search, after: cursor })
      const items = found.rows.map(({ standing, due, ...row }) => ({
        ...row,
        ...standing,
        ...due,
        firstDueAt: due.firstAt,
      }))
      return { items, nextCursor: found.older }
    },
  }),
  route({
    method: 'POST',
    path: '/patches/{patchId}/decisions',
    actions: ['patch:approve', 'patch:reject', 'patch:defer'],
    summary: 'Approves, rejects or defers a patch. What wants a second person is refused: people do that, signed in.',
    input: inputs.decisionSchema,
    output: answers.decisionAnswer,
    async run(ctx, { deferUntil, ...decision }) {
      const until = deferUntil === undefined ? undefined : new Date(deferUntil)
      const made = await decidePatch(ctx, decidePatchSchema.parse({ ...decision, deferUntil: until }))
      // What wants a second person wants a fresh proof first, which no program has: it was refused by now.
      if (made.kind === 'proposed') throw new Error('a program proposed something')
      return { decided: made.decided }
    },
  }),
  route({
    method: 'GET',
    path: '/rollouts',
    actions: ['rollout:read'],
    summary: 'Rollouts, newest first, 30 on a page',
    input: inputs.rolloutListSchema,
    output: answers.rolloutPage,
    async run(ctx, { clientId, cursor }) {
      const found = await listRollouts(ctx, listRolloutsSchema.parse({ clientId, after: cursor }))
      const items = found.rows.map(({ words, ...row }) => ({ ...row, state: words.kind, sentence: words.sentence }))
      return { items, nextCursor: found.next }
    },
  }),
  route({
    method: 'GET',
    path: '/rollouts/{rolloutId}',
    actions: ['rollout:read'],
    summary: 'One rollout, its rings and its patches',
    input: inputs.rolloutSchema,
    output: answers.rolloutAnswer,
    async run(ctx, input) {
      const { words, ...found } = await getRollout(ctx, input)
      return { ...found, state: words.kind, sentence: words.sentence }
    },
  }),
  route({
    method: 'POST',
    path: '/rollouts/{rolloutId}/pause',
    actions: ['rollout:pause'],
    summary: 'No order and no permit from this moment; running transactions are finished',
    input: inputs.controlSchema,
    output: answers.doneAnswer,
    run: async (ctx, input) => {
      await pauseRollout(ctx, input)
      return { done: true as const }
    },
  }),
  route({
    method: 'POST',
    path: '/rollouts/{rolloutId}/resume',
    actions: ['rollout:resume'],
    summary: 'Goes on with a paused rollout',
    input: inputs.controlSchema,
    output: answers.doneAnswer,
    run: async (ctx, input) => {
      await resumeRollout(ctx, input)
      return { done: true as const }
    },
  }),
  route({
    method: 'POST',
    path: '/changes/stop',
    actions: ['changes:stop'],
    summary:
      'Stops all changes of the company at once, for keys that see all clients. People let them go on, signed in.',
    input: inputs.reasonSchema,
    output: answers.doneAnswer,
    run: async (ctx, input) => {
      await stopChanges(ctx, input)
      return { done: true as const }
    },
  }),
  route({
    method: 'GET',
    path: '/audit',
    actions: ['audit:read'],
    summary: 'The audit log, newest first, 50 on a page',
    input: inputs.auditListSchema,
    output: answers.auditPage,
    async run(ctx, { clientId, cursor }) {
      const found = await listAudit(ctx, { clientId, before: cursor ? Number(cursor) : undefined })
      const items = found.records.map((record) => ({
        ...record,
        actor: { kind: record.actorKind, id: record.actorId, name: record.actorName },
        subject: { kind: record.subjectKind, id: record.subjectId, name: record.subjectName },
        client: record.clientId && record.clientName ? { id: record.clientId, name: record.clientName } : null,
      }))
      return { items, nextCursor: found.olderThan === null ? null : String(found.olderThan) }
    },
  }),
]
