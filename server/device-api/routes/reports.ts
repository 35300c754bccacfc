import { createHash, type KeyObject, verify } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { canonicalJson, type Json } from '../../../agent/wire/canonical-json.ts'
import { doorPaths, type ReportsAnswer } from '../../../agent/wire/door.ts'
import type { SignedReport } from '../../../agent/wire/report.ts'
import { reportsRequestSchema } from '../../../agent/wire/schema.ts'
import { ingest } from '../../ingest.ts'
import { refuseReplay } from '../authenticate.ts'
import type { Door } from '../door.ts'
import { DoorError } from '../errors.ts'
import { addSignedRoute } from '../signed-route.ts'
import { checkTimes } from '../times.ts'

/** `POST /v1/reports`: what the device says about its orders, each report signed by itself: the evidence. */
export function reportsRoute(server: FastifyInstance, door: Door): void {
  addSignedRoute(server, door, {
    path: doorPaths.reports,
    schema: reportsRequestSchema,
    bodyLimitBytes: 2 * 1024 * 1024,
    mayUseSession: false,
    allow: (deviceId, bytes) => door.limits.reportBytes.use(deviceId, bytes),
    handle: async ({ caller, body, bytes }): Promise<ReportsAnswer> => {
      const { deviceId, counter, credential } = caller
      const reports = body.reports.map((signed, place) => checkReport(signed, place, deviceId, credential.key))
      const row = await door.batches.reports({ deviceId, counter, reports, bytes })
      await refuseReplay(caller, row?.is_fresh)
      const ackSeq = Number(row?.ack_seq)
      const seqs = row?.dropped.map(Number) ?? []
      const answer: ReportsAnswer = {
        serverTime: door.now().toISOString(),
        ackSeq,
        ...(seqs.length > 0 ? { dropped: { code: 'unknown-order', seqs } } : {}),
      }
      if (body.reports.every(({ report }) => report.seq <= ackSeq)) return answer
      const [standing] = await ingest('standing', { deviceId })
      if (!standing) return answer
      return { ...answer, stored: { seq: Number(standing.report_seq), hash: standing.report_hash } }
    },
  })
}

function checkReport({ report, signature }: SignedReport, place: number, deviceId: string, key: KeyObject) {
  const path = `reports.${place}`
  if (report.deviceId !== deviceId) throw new DoorError('malformed', `${path}.report.deviceId: is another device`)
  checkTimes({ [`${path}.report.at`]: report.at })
  // It was JSON a moment ago; an interface only lacks the index signature that says so.
  const text = canonicalJson(report as unknown as Json)
  if (!verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64'))) {
    throw new DoorError('malformed', `${path}.signature: is not made by this device over this report`)
  }
  return { report, signature, hash: createHash('sha256').update(text).digest('hex') }
}
