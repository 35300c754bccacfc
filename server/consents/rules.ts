import { type Can, no, yes } from '../can.ts'

/** The states of a question to a client. Pure: pages import it. */

export interface ConsentFacts {
  answer: 'yes' | 'no' | null
  endedAt: Date | null
}
/** `waiting` lasts until somebody answers or ends it: no time makes a yes of it. */
export type ConsentState = 'waiting' | 'given' | 'refused' | 'ended'

export function consentState({ answer, endedAt }: ConsentFacts): ConsentState {
  if (endedAt) return 'ended'
  if (answer === null) return 'waiting'
  return answer === 'yes' ? 'given' : 'refused'
}

export const consentCan = {
  /** Once, while it waits; whoever wants to change their answer asks the MSP. */
  answer(facts: ConsentFacts): Can {
    const state = consentState(facts)
    if (state === 'waiting') return yes
    return no(state === 'ended' ? 'The question was taken back.' : 'It was answered already.')
  },
  /** Takes back what waits, goes on without a yes, or forgets one that was given. */
  end: (facts: ConsentFacts): Can => (facts.endedAt ? no('The question was taken back.') : yes),
} as const
