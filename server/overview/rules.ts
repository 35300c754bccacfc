/** What waits for a person, and how the overview counts it. Pure, free of Zod and of clocks: the browser imports it. */

interface NeedBase {
  key: string
  /** Must be seen today; all others can wait. */
  isToday: boolean
}
interface Named {
  id: string
  name: string
}
interface RolloutRef {
  id: string
  number: number
}

/** One thing that needs a person. The words are made by `describe-need.ts`. */
export type Need =
  | (NeedBase & {
      kind: 'failed-gate'
      patch: Named
      client: Named
      rollout: RolloutRef | null
      ringName: string | null
      failed: number
      due: number
      takenBack: { done: number; of: number; offline: number; impossible: number }
      at: Date
    })
  | (NeedBase & { kind: 'breaker'; patch: Named; reason: string; devices: number; at: Date })
  | (NeedBase & {
      kind: 'gate-asks'
      rollout: RolloutRef
      client: Named
      ringName: string
      patches: string[]
      patchCount: number
      reason: string
      proved: number
      due: number
      at: Date | null
    })
  | (NeedBase & {
      kind: 'rollback-failed'
      rollout: RolloutRef
      client: Named
      patch: string
      hosts: string[]
      devices: number
      at: Date
    })
  | (NeedBase & {
      kind: 'second-person'
      proposalId: string
      title: string
      devices: number
      clients: number
      askedBy: string
      reason: string
      at: Date
      endsAt: Date
    })
  | (NeedBase & {
      kind: 'exception-asked' | 'exception-ending'
      patch: string
      client: Named
      askedBy: string
      reason: string
      owner: string
      computers: number
      /** "2028-02-29", in the client's zone. */
      lastDay: string
    })
  | (NeedBase & { kind: 'feedback'; rollout: RolloutRef; client: Named; by: string; words: string; at: Date })
  | (NeedBase & { kind: 'changes-stopped'; by: string; reason: string; at: Date })
  | (NeedBase & { kind: 'signing'; devices: number; at: Date })
  | (NeedBase & { kind: 'meter-differs'; month: string; ledgerDevices: number; meterDevices: number; at: Date })
  | (NeedBase & { kind: 'past-due'; devices: number; clients: number; client: Named | null })
  | (NeedBase & {
      kind: 'approvals'
      patches: number
      clients: number
      patch: Named | null
      cannotBeUndone: number
      oldestAt: Date
      firstDueAt: Date | null
    })
  | (NeedBase & {
      kind: 'missed-window'
      rollout: RolloutRef
      client: Named
      ringName: string
      hosts: string[]
      devices: number
      away: number
      shutAt: Date
      catchesUp: 'next-window' | 'at-once'
    })
  | (NeedBase & {
      kind: 'retry'
      rollout: RolloutRef
      client: Named
      hosts: string[]
      devices: number
      patches: string[]
    })
  | (NeedBase & { kind: 'silent' | 'no-data'; devices: number; clients: number; client: Named | null })
  | (NeedBase & { kind: 'no-test-device'; client: Named; devices: number; tags: string[] })
  | (NeedBase & { kind: 'no-devices'; client: Named })
  | (NeedBase & { kind: 'no-client' })
export type NeedKind = Need['kind']

/** Of equal urgency what is broken comes first, what only begins comes last. */
const rank: Record<NeedKind, number> = {
  'no-client': 0,
  'changes-stopped': 0.5,
  signing: 1,
  'second-person': 1.5,
  'rollback-failed': 2,
  feedback: 2.5,
  'failed-gate': 3,
  breaker: 4,
  'meter-differs': 4.5,
  'past-due': 5,
  'gate-asks': 6,
  'no-test-device': 7,
  'exception-asked': 7.5,
  approvals: 8,
  'missed-window': 9,
  retry: 10,
  'exception-ending': 10.5,
  'no-data': 11,
  silent: 12,
  'no-devices': 13,
}

/** Today's first, then by what it is; equals stay as they came. */
export function orderNeeds(needs: readonly Need[]): Need[] {
  return [...needs].sort((a, b) => Number(b.isToday) - Number(a.isToday) || rank[a.kind] - rank[b.kind])
}

/** The devices of all clients one may see; a device may be pending reboot and past due at once, `compliant` is neither. */
export interface FleetCounts {
  devices: number
  compliant: number
  rebootPending: number
  pastDue: number
  silent: number
  noData: number
  failed: number
}
export const noDevices: FleetCounts = {
  devices: 0,
  compliant: 0,
  rebootPending: 0,
  pastDue: 0,
  silent: 0,
  noData: 0,
  failed: 0,
}

export function sumFleet(all: readonly FleetCounts[]): FleetCounts {
  return all.reduce(
    (sum, one) => ({
      devices: sum.devices + one.devices,
      compliant: sum.compliant + one.compliant,
      rebootPending: sum.rebootPending + one.rebootPending,
      pastDue: sum.pastDue + one.pastDue,
      silent: sum.silent + one.silent,
      noData: sum.noData + one.noData,
      failed: sum.failed + one.failed,
    }),
    noDevices,
  )
}

/** "7 things need you, 3 of them today"; the title of the overview. */
export function overviewTitle(needs: readonly { isToday: boolean }[]): string {
  const all = needs.length
  const today = needs.filter((need) => need.isToday).length
  if (all === 0) return 'Nothing needs you'
  const things = all === 1 ? '1 thing needs you' : `${all} things need you`
  if (today === 0) return `${things}, ${all === 1 ? 'not today' : 'none of them today'}`
  if (today === all) return `${things} today`
  return `${things}, ${today} of them today`
}
