/** The part of an address that stands for a name: small letters, digits and hyphens; `client` for a name without any. */
export function slugOf(name: string): string {
  const plain = name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
  const words = plain.match(/[a-z0-9]+/g) ?? []
  return words.join('-').slice(0, 60).replace(/-$/, '') || 'client'
}

/** The devices of one client as the fleet sweep counted them. A device may be pending reboot and past due at once. */
export interface ClientCounts {
  devices: number
  compliant: number
  rebootPending: number
  pastDue: number
  silent: number
  noData: number
  failed: number
}
export const noCounts: ClientCounts = {
  devices: 0,
  compliant: 0,
  rebootPending: 0,
  pastDue: 0,
  silent: 0,
  noData: 0,
  failed: 0,
}

/** Why a client stands where it stands. Lower ranks first; within a rank the heavier first. */
export interface ClientRisk {
  rank: number
  weight: number
  mark: 'past-due' | 'failed' | 'asking' | 'no-data' | 'pending-reboot' | 'missing' | 'installed'
  words: string
  needsPerson: boolean
}

interface RiskFacts {
  counts: ClientCounts
  hasDevices: boolean
  hasTestDevice: boolean
  gatesAsking: number
  paused: number
}

/** Past due first, by its share; then failed, a gate that asks, no data or silent, no test device, reboots; what is well last. */
export function clientRisk({ counts, hasDevices, hasTestDevice, gatesAsking, paused }: RiskFacts): ClientRisk {
  const facts: { rank: number; count: number; mark: ClientRisk['mark']; words: string; needsPerson: boolean }[] = [
    { rank: 0, count: counts.pastDue, mark: 'past-due', words: `${counts.pastDue} past due`, needsPerson: true },
    { rank: 1, count: counts.failed, mark: 'failed', words: `${counts.failed} failed`, needsPerson: true },
    {
      rank: 2,
      count: gatesAsking,
      mark: 'asking',
      words: gatesAsking === 1 ? 'a gate waits' : `${gatesAsking} gates wait`,
      needsPerson: true,
    },
    { rank: 3, count: counts.noData, mark: 'no-data', words: `${counts.noData} without data`, needsPerson: true },
    { rank: 4, count: counts.silent, mark: 'no-data', words: `${counts.silent} silent`, needsPerson: true },
    {
      rank: 5,
      count: hasDevices && !hasTestDevice ? 1 : 0,
      mark: 'asking',
      words: 'no test device',
      needsPerson: true,
    },
    {
      rank: 6,
      count: counts.rebootPending,
      mark: 'pending-reboot',
      words: `${counts.rebootPending} pending reboot`,
      needsPerson: false,
    },
    {
      rank: 7,
      count: paused,
      mark: 'asking',
      words: paused === 1 ? 'a rollout is paused' : `${paused} rollouts are paused`,
      needsPerson: false,
    },
    { rank: 8, count: hasDevices ? 0 : 1, mark: 'no-data', words: 'no devices yet', needsPerson: false },
  ]
  const present = facts.filter((fact) => fact.count > 0)
  const [first] = present
  if (!first) return { rank: 9, weight: 0, mark: 'installed', words: 'Nothing to do', needsPerson: false }
  const words = present
    .slice(0, 3)
    .map((fact) => fact.words)
    .join(', ')
  return {
    rank: first.rank,
    weight: counts.devices > 0 ? first.count / counts.devices : first.count,
    mark: first.mark,
    words: words.charAt(0).toUpperCase() + words.slice(1),
    needsPerson: present.some((fact) => fact.needsPerson),
  }
}

/** From the request of an erasure to the erasure itself: time to notice and to take it back. */
export const erasureWaitMs = 7 * 86_400_000

type Can = { can: true } | { can: false; reason: string }
const yes: Can = { can: true }
const no = (reason: string): Can => ({ can: false, reason })

/** What may be done with a client as it stands, and why not: the sentence of a disabled button. */
export const clientCan = {
  /** `aborting`: how many running rollouts the person said to abort. */
  archive({ running, aborting }: { running: number; aborting: number }): Can {
    if (running === aborting) return yes
    if (running === 0) return no('No rollout runs here any more. Look again.')
    const what = running === 1 ? 'A rollout runs' : `${running} rollouts run`
    return no(
      aborting === 0 ? `${what} here: end ${running === 1 ? 'it' : 'them'} first.` : `${what} here now. Look again.`,
    )
  },
  restore({ isArchived, isErasing }: { isArchived: boolean; isErasing: boolean }): Can {
    if (!isArchived) return no('This client is not archived.')
    return isErasing ? no('Its erasure is waiting: cancel that first.') : yes
  },
  erase({ isArchived, isErasing }: { isArchived: boolean; isErasing: boolean }): Can {
    if (isErasing) return no('Its erasure is waiting already.')
    return isArchived ? yes : no('Only an archived client is erased: archive it first.')
  },
}
