/** The rollout workflow as the rest of the product knows it: names, ids, messages. Rule of ids: DESIGN "Processes". */

export const rolloutTaskQueue = 'rollouts'
export const rolloutWorkflowName = 'rollout'
export const ringWorkflowName = 'ring'

export const rolloutWorkflowId = (mspId: string, rolloutId: string) => `rollout/${mspId}/${rolloutId}`
export const ringWorkflowId = (mspId: string, rolloutId: string, position: number) =>
  `${rolloutWorkflowId(mspId, rolloutId)}/ring/${position}`

export interface RolloutInput {
  mspId: string
  rolloutId: string
}
export interface RingInput extends RolloutInput {
  position: number
}

/** Signal to a ring: its rows changed, look again. Carries nothing: the rows are the truth. */
export const ringChangedSignal = 'ringChanged'
/** Update to a rollout: a person decided (pause, resume, promote, abort, roll back, answer). Update id = outbox id. */
export const controlUpdate = 'control'
export interface Control {
  /** Which decision this is; the rows say what was decided. */
  epoch: number
}

/** What the relay sends, by outbox kind. */
export const outboxKinds = { start: 'rollout-start', control: 'rollout-control', ringChanged: 'ring-changed' } as const

export interface RingOpening {
  /** `wait`: the deferral is not over; `nothing`: no patch may go on to this ring. */
  outcome: 'open' | 'wait' | 'nothing' | 'ended'
  waitUntilMs: number | null
}
export interface RingJudgement {
  isClosed: boolean
  /** The next moment at which time alone changes a verdict; null = only evidence or a person can. */
  nextDueMs: number | null
  isEnded: boolean
}
