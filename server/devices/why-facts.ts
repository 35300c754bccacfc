import type { Decision } from '../approvals/rules.ts'
import type { Due } from '../due-dates/rules.ts'
import type { ChangesStop } from '../msps/changes-row.ts'
import type { Policy } from '../policies/schema.ts'

/** One step of a patch on its way through a rollout, as the plan and its rings stand now. */
export interface Attempt {
  rolloutNumber: number
  /** The plan still means to go on with it here. */
  isLive: boolean
  paused: { by: string; reason: string } | null
  state:
    | 'planned'
    | 'staged'
    | 'vanished'
    | 'ordered'
    | 'installing'
    | 'proved'
    | 'failed'
    | 'rolling-back'
    | 'rolled-back'
    | 'rollback-failed'
    | 'overtaken'
    | 'dropped'
  stateAt: Date
  reason: string
  /** Install orders made for this device in this rollout. */
  installs: number
  ring: { name: string; state: 'waiting' | 'open' | 'closed' | 'left-out'; notBefore: Date }
  gate: { verdict: string; soakEndsAt: Date | null; isStopped: boolean }
  /** The nearest ring before that has not passed this patch. */
  ringBefore: { name: string; verdict: string; soakEndsAt: Date | null } | null
  /** The window that is open, or the next one. */
  window: { opensAt: Date; lastStartAt: Date; isAlways: boolean } | null
  order: { isSigned: boolean; isPermitted: boolean; windowOpenUntil: Date | null } | null
}

/** All that decides why one patch is not (yet) on one device. Texts of devices are plain text. */
export interface WhyFacts {
  patchName: string
  clientName: string
  /** The device's own zone: sentences speak in it. */
  zone: string
  now: Date
  device: { status: 'active' | 'silent' | 'no-data'; seenAt: Date; isRebootPending: boolean }
  /** All changes of the company are stopped: nothing starts here, in whatever direction. */
  stop: ChangesStop | null
  decision: Decision
  /** What devices of other clients call it, where those of this one, which its rules go by, say less. */
  elsewhere: string | null
  startRule: Policy['startRule']
  hasTestDevice: boolean
  /** Members of its update set that are not approved: a set goes in whole or not at all. */
  setWaitsFor: readonly string[]
  /** It failed here in an earlier rollout: tried again only when a person names it. */
  hasFailedBefore: boolean
  /** A running rollout of this client that still tries the patch, without this device. */
  triedIn: number | null
  attempt: Attempt | null
  /** Since when it is past due here, and who asks that; null = it is not. */
  pastDue: Due | null
}

export type WhyTone = 'ok' | 'warn' | 'fail' | 'back' | 'mute' | 'accent' | 'text'
export type WhyMark =
  | 'missing'
  | 'approved'
  | 'scheduled'
  | 'staged'
  | 'installing'
  | 'installed'
  | 'pending-reboot'
  | 'failed'
  | 'rolled-back'
  | 'held'
  | 'soaking'
  | 'asking'
  | 'no-data'

/** One piece of the answer; the deciding fact carries its tone. */
export interface Part {
  text: string
  tone?: WhyTone
}

export interface Why {
  mark: WhyMark
  word: string
  answer: Part[]
  consequence: string
  /** What happens next, in a few words, for a table. */
  next: string
  ladder: { name: string; holds: string; decides: { mark: WhyMark; tone: WhyTone } | null }[]
}
