import { formatCount, plural } from '@/components/format'
import type { Outputs } from '@/server/api/root'
import { reasonLength } from '@/server/audit/rules'
import { latestDay } from '@/server/exceptions/rules'
import type { AskException } from '@/server/exceptions/schema'

type Choices = Outputs['portal']['askChoices']

/** What stands in the form, as it was typed. */
export interface AskDraft {
  patchId: string
  /** "all", "mark till" or "computer <id>". */
  where: string
  isAllVersions: boolean
  reason: string
  measure: string
  owner: string
  lastDay: string
}

/** The updates one may choose, with how many computers lack each. */
export const updateOptions = ({ updates }: Choices) =>
  updates.map(({ id, name, version, computers }) => ({
    value: id,
    label: `${name} ${version}`,
    detail: plural(computers, 'computer', 'computers'),
  }))

/** Where it may stay off: everywhere, at a mark, on one computer. */
export const whereOptions = ({ computers, marks }: Choices) => [
  { value: 'all', label: 'On all your computers' },
  ...marks.map((mark) => ({ value: `mark ${mark}`, label: `On computers marked ${mark}` })),
  ...computers.map(({ id, hostName }) => ({ value: `computer ${id}`, label: `On ${hostName}` })),
]

/** Which part of a list is not there, or null where all is. */
export const cutSentence = ({ hasMore }: Choices, msp: string, most: number): string | null =>
  hasMore ? `More than ${formatCount(most)} to choose from: for one that is not listed, ask ${msp}.` : null

/** What is wrong with a draft, by field; an empty object lets it go. */
export function draftFaults(draft: AskDraft, today: string): Partial<Record<keyof AskDraft, string>> {
  const isShort = (text: string) => text.trim().length < reasonLength.minLength
  return {
    ...(draft.patchId ? {} : { patchId: 'Choose the update' }),
    ...(isShort(draft.reason) ? { reason: 'Say why, in a few words' } : {}),
    ...(isShort(draft.measure) ? { measure: 'Say what protects them, in a few words' } : {}),
    ...(draft.owner.trim().length < 2 ? { owner: 'A name' } : {}),
    ...(draft.lastDay >= today && draft.lastDay <= latestDay(today)
      ? {}
      : { lastDay: 'A day from today on, at most a year ahead' }),
  }
}

/** The draft as it is sent. */
export function toAsk(draft: AskDraft, clientId: string): AskException {
  const [kind, ...rest] = draft.where.split(' ')
  const named = rest.join(' ')
  const { patchId, isAllVersions, reason, measure, owner, lastDay } = draft
  return {
    ...{ clientId, patchId, isAllVersions, reason, measure, owner, lastDay },
    reach:
      kind === 'mark'
        ? { kind: 'tag', tag: named }
        : kind === 'computer'
          ? { kind: 'device', deviceId: named }
          : { kind: 'client' },
  }
}
