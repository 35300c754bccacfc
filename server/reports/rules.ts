import { formatDate, formatMonth } from '../../components/format.ts'
import { type Can, no, yes } from '../can.ts'
import { type Mail, spokenName, spokenText } from '../mail/rules.ts'
import { type Action, missingPermission } from '../permissions.ts'

/** How long the words of an MSP over one report may be, in UTF-16 units. */
export const mostNoteLetters = 600
/** How large the file of a logo may be, and how large a browser makes the picture that it sends, in pixels. */
export const mostLogoBytes = 200_000
export const logoPixels = { width: 600, height: 200 }

/** What a mail about a report is made of, whoever it is for. */
export interface ReportLetter {
  msp: string
  client: string
  month: string
  /** The sentences of the report: the only numbers in a mail. */
  lead: string
  /** Words of the MSP; empty = none. */
  note: string
  /** `correctionSentence`; empty for a first revision. */
  correction: string
  link: string
}

/** The mail to one manager: who counted what, its three sentences, and the one link, which wants a sign-in. Pure: the preview shows the same. */
export function reportMail(to: { name: string; email: string }, letter: ReportLetter): Mail {
  const [msp, client] = [letter.msp, letter.client].map(spokenName)
  const month = formatMonth(letter.month)
  const parts = [
    `Hello ${spokenName(to.name)},`,
    `the report of ${client} for ${month} is there.`,
    ...(letter.correction ? [spokenText(letter.correction)] : []),
    ...(letter.note ? [`${msp} says:\n${spokenText(letter.note)}`] : []),
    spokenText(letter.lead),
    'The whole report, for which you sign in:',
    letter.link,
    `This mail came from ${msp}, who looks after the computers of ${client}.`,
  ]
  const subject = `${letter.correction ? 'Corrected report' : 'Report'} of ${month} for ${client}, from ${msp}`
  return { to: to.email, subject, text: `${parts.join('\n\n')}\n` }
}

/** What a later revision says of itself, wherever it is read. `before`: the one it replaces. */
export function correctionSentence(
  { correction, timeZone, now }: { correction: string; timeZone: string; now: Date },
  before: { revision: number; countedAt: Date } | null,
): string {
  if (!before || !correction) return ''
  const when = formatDate(before.countedAt, timeZone, now)
  return `This replaces revision ${before.revision} of ${when}: ${correction}${/[.!?]$/.test(correction) ? '' : '.'}`
}

type Viewer = { permissions: ReadonlySet<string> }
const right = ({ permissions }: Viewer, action: Action): Can =>
  permissions.has(action) ? yes : no(missingPermission(action))

/** What a person may do with reports at all; whether one may go now is `sendCan` of its delivery. */
export const reportsCan = {
  send: (viewer: Viewer): Can => right(viewer, 'report:send'),
  stop: (viewer: Viewer): Can => right(viewer, 'report:stop'),
  correct: (viewer: Viewer, isOpen: boolean): Can =>
    isOpen ? no('It is being counted again.') : right(viewer, 'report:correct'),
  /** Months that nobody counted in time; `isOpen`: all of them were asked for. */
  count: (viewer: Viewer, isOpen: boolean): Can =>
    isOpen ? no('They are being counted.') : right(viewer, 'report:correct'),
}
