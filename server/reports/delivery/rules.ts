import { type Can, no, yes } from '../../can.ts'

/** What a mail of a report can be; `db/schema/report-deliveries.ts` says what each means. */
export type MailState = 'waiting' | 'sending' | 'sent' | 'unsure' | 'stopped'

/** More reports than this in one go want a proof of the person. */
export const freelySent = 10

/** Why a report may not go out now. */
export function sendCan(report: { isNewest: boolean; isSent: boolean; managers: number }): Can {
  if (!report.isNewest) return no('It was replaced: send the newer revision.')
  if (report.isSent) return no('It was sent already.')
  if (report.managers === 0) return no('Nobody would get it: the client has no manager who may sign in. Invite one.')
  return yes
}

/** Why it may not be sent once more. Those who wait for the first mail still get it. */
export function resendCan(report: { isNewest: boolean; isSent: boolean; managers: number; open: number }): Can {
  if (!report.isSent) return no('It was not sent yet.')
  if (report.open > 0) return no('Mail of it is still on its way.')
  return sendCan({ ...report, isSent: false })
}

/** A worker that has not said within this time what became of a mail counts as gone: longer than a round of slow mails takes. */
export const claimMs = 15 * 60_000
/** With the pauses below about three days: a server that is away over a weekend gets its mail. */
export const mostTries = 150
const firstPauseMs = 15_000
const longestPauseMs = 30 * 60_000

/** How long after its `tries`-th failure a mail waits. */
export const pauseAfter = (tries: number): number =>
  Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(tries - 1, 10))
