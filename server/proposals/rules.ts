/** When an action wants a second person, and what may be done with a proposal. Pure, free of Zod and of clocks: the browser imports it. */
import { formatSpelled } from '../../components/format.ts'
import { type Can, no, wholeCan, yes } from '../can.ts'
import { type Action, permissionsOf, type Role, roles } from '../permissions.ts'

/** Whom an action would touch: devices at a client. */
export interface Reach {
  clientId: string
  devices: number
}

/** The clients that an act names; what is decided for all is for those of tomorrow too. */
export type Scope = 'all' | readonly string[]
/** What names one client, or by null all of them. */
export const scopeOf = (clientId: string | null): Scope => (clientId === null ? 'all' : [clientId])

/** A proposal ends by itself after this long: what was counted then is old by now. */
export const proposalMs = 4 * 3_600_000
/** Who joined, rose or got new ways in is nobody's second person for this long. */
export const settleMs = 24 * 3_600_000
/** The same in words: "four hours". */
export const proposalTime = formatSpelled(proposalMs)

/** Why an action wants a second person; null = it does not. `limit` is the MSP's number of devices. */
export type WideReason = 'clients' | 'devices'
export function whyWide(reach: readonly Reach[], limit: number): WideReason | null {
  if (reach.length > 1) return 'clients'
  return countDevices(reach) > limit ? 'devices' : null
}

export const countDevices = (reach: readonly Reach[]): number => reach.reduce((sum, one) => sum + one.devices, 0)

/** The same devices at the same clients, in any order. */
export function isSameReach(a: readonly Reach[], b: readonly Reach[]): boolean {
  const devicesAt = new Map(a.map((one) => [one.clientId, one.devices]))
  return devicesAt.size === b.length && b.every((one) => devicesAt.get(one.clientId) === one.devices)
}

export type ProposalDecision = 'confirmed' | 'rejected' | 'withdrawn' | 'replaced' | 'expired'
export type ProposalState = 'open' | ProposalDecision

/** Where a proposal stands at `now`. `isOpenSql` (proposal-rows.ts) is the same for the database. */
export function proposalState(
  proposal: { decision: ProposalDecision | null; expiresAt: Date },
  now: Date,
): ProposalState {
  if (proposal.decision) return proposal.decision
  return proposal.expiresAt <= now ? 'expired' : 'open'
}

/** Why a proposal ended that would have reached a client which is archived now. */
export const archivedReason = (clientName: string): string => `${clientName} was archived`

const ended: Record<ProposalDecision, string> = {
  expired: `It ended by itself: nobody confirmed it in ${proposalTime}.`,
  confirmed: 'It was confirmed already.',
  rejected: 'It was rejected already.',
  withdrawn: 'It was withdrawn.',
  replaced: 'It was asked for anew: look at the newer one.',
}

/** What a second person has to be for: the action, and whether only people who see all clients may do it. */
export interface AskedFor {
  action: string
  needsAllClients: boolean
}

/**
 * Who may be the second person: it is done under their rights too, so they need the right to confirm and the right to the action itself. The
 * one rule of the page, of the verb and of the count of who else there is.
 */
export function confirmerCan(
  viewer: { permissions: ReadonlySet<Action>; hasAllClients: boolean },
  { action, needsAllClients }: AskedFor,
): Can {
  if (!hasBoth(viewer.permissions, action)) return no(`${nameConfirmers(action)} confirms.`)
  return needsAllClients ? wholeCan(viewer.hasAllClients, 'confirm this') : yes
}

const hasBoth = (permissions: ReadonlySet<string>, action: string) =>
  permissions.has('proposal:confirm') && permissions.has(action)

/** The roles whose people may be the second person for this action. */
export const confirmerRoles = (action: string): Role[] => roles.filter((role) => hasBoth(permissionsOf[role], action))

const roleWords: Partial<Record<Role, string>> = { owner: 'the owner', admin: 'an admin', approver: 'an approver' }

function nameConfirmers(action: string): string {
  const names = confirmerRoles(action)
    .map((role) => roleWords[role] ?? role)
    .reverse()
  const words = names.length > 1 ? `${names.slice(0, -1).join(', ')} or ${names.at(-1)}` : (names[0] ?? 'nobody')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

export interface ProposalFacts {
  state: ProposalState
  isOwn: boolean
  /** May the viewer be the second person for this one? */
  confirmer: Can
  mayReject: boolean
  /** Why it cannot be done as things are now, where somebody looked. */
  fault?: string | null
}

/** What the viewer may do with a proposal, and why not: the sentence of a disabled button. */
export const proposalCan = {
  confirm({ state, isOwn, confirmer, fault }: ProposalFacts): Can {
    if (state !== 'open') return no(ended[state])
    if (isOwn) return no('You asked for it: another person confirms.')
    return confirmer.can && fault ? no(fault) : confirmer
  },
  reject({ state, isOwn, mayReject }: ProposalFacts): Can {
    if (state !== 'open') return no(ended[state])
    if (isOwn) return no('You asked for it: withdraw it instead.')
    return mayReject ? yes : no('An approver, an admin or the owner rejects.')
  },
  withdraw({ state, isOwn }: ProposalFacts): Can {
    if (state !== 'open') return no(ended[state])
    return isOwn ? yes : no('Who asked for it may withdraw it.')
  },
}
