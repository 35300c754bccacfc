/** When an action wants a second person, and what may be done with a proposal. Pure, free of Zod and of clocks: the browser imports it. */

/** Whom an action would touch: devices at a client. */
export interface Reach {
  clientId: string
  devices: number
}

/** A proposal ends by itself after this long: what was counted then is old by now. */
export const proposalMs = 4 * 3_600_000

/** Why an action wants a second person; null = it does not. `limit` is the MSP's number of devices. */
export type WideReason = 'clients' | 'devices'
export function whyWide(reach: readonly Reach[], limit: number): WideReason | null {
  const touched = reach.filter((one) => one.devices > 0)
  if (touched.length > 1) return 'clients'
  return countDevices(touched) > limit ? 'devices' : null
}

export const countDevices = (reach: readonly Reach[]): number => reach.reduce((sum, one) => sum + one.devices, 0)

export type ProposalState = 'open' | 'expired' | 'confirmed' | 'rejected' | 'withdrawn'

/** Where a proposal stands at `now`. */
export function proposalState(
  proposal: { decision: 'confirmed' | 'rejected' | 'withdrawn' | null; expiresAt: Date },
  now: Date,
): ProposalState {
  if (proposal.decision) return proposal.decision
  return proposal.expiresAt <= now ? 'expired' : 'open'
}

type Can = { can: true } | { can: false; reason: string }
const yes: Can = { can: true }
const no = (reason: string): Can => ({ can: false, reason })

const ended: Record<Exclude<ProposalState, 'open'>, string> = {
  expired: 'It ended by itself: nobody confirmed it in four hours.',
  confirmed: 'It was confirmed already.',
  rejected: 'It was rejected already.',
  withdrawn: 'It was withdrawn.',
}

interface ProposalFacts {
  state: ProposalState
  isOwn: boolean
  /** May the viewer confirm at all? */
  hasRight: boolean
}

/** What the viewer may do with a proposal, and why not: the sentence of a disabled button. */
export const proposalCan = {
  confirm({ state, isOwn, hasRight }: ProposalFacts): Can {
    if (state !== 'open') return no(ended[state])
    if (isOwn) return no('You asked for it: another person confirms.')
    return hasRight ? yes : no('An approver, an admin or the owner confirms.')
  },
  reject({ state, isOwn, hasRight }: ProposalFacts): Can {
    if (state !== 'open') return no(ended[state])
    if (isOwn) return no('You asked for it: withdraw it instead.')
    return hasRight ? yes : no('An approver, an admin or the owner rejects.')
  },
  withdraw({ state, isOwn }: ProposalFacts): Can {
    if (state !== 'open') return no(ended[state])
    return isOwn ? yes : no('Who asked for it may withdraw it.')
  },
}
