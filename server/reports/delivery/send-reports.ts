import { type Outcome, perform, requireStepUp } from '../../access.ts'
import type { Change } from '../../audit/record-audit.ts'
import type { Context } from '../../context.ts'
import { notAllowedNow, notFound } from '../../errors.ts'
import { findManagers } from '../../members/find-managers.ts'
import type { SendReports } from '../schema.ts'
import { findSendables } from './find-sendable.ts'
import { releaseReport } from './release-report.ts'
import { freelySent, sendCan } from './rules.ts'

export interface SentReports {
  sent: number
  /** Those that could not go, with the sentence why. */
  left: { client: string; why: string }[]
}

/**
 * Lets reports go to the managers of their clients: from then on the client may read them, and the worker mails. Of several, those that cannot
 * go are named; one alone throws its reason. More than `freelySent` want a fresh proof of the person. *Not found* if any is not seen.
 */
export function sendReports(ctx: Context, input: SendReports): Promise<SentReports> {
  const reportIds = [...new Set(input.reportIds)]
  return perform(ctx, 'report:send', async (tx): Promise<Outcome<SentReports>> => {
    if (reportIds.length > freelySent) requireStepUp(ctx)
    const found = await findSendables(tx, reportIds)
    if (found.length < reportIds.length) throw notFound('This report')
    const managersOf = await findManagers(
      tx,
      found.map(({ client }) => client.id),
    )
    const changes: Change[] = []
    const left: SentReports['left'] = []
    for (const report of found) {
      const managers = managersOf.get(report.client.id) ?? []
      const state = { isNewest: report.isNewest, isSent: report.sendingId !== null, managers: managers.length }
      const can = sendCan(state)
      const change = can.can ? await releaseReport(tx, ctx, report, { managers, note: input.note }) : null
      const why = can.can ? sendCan({ ...state, isSent: true }) : can
      if (change) changes.push(change)
      else if (!why.can) left.push({ client: report.client.name, why: why.reason })
    }
    if (found.length === 1 && left[0]) throw notAllowedNow(left[0].why)
    return { value: { sent: changes.length, left }, changes }
  })
}
