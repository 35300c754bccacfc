import { formatSpelled } from '../../components/format.ts'
import { type Can, no, wholeCan, yes } from '../can.ts'

/**
 * The part of an address that stands for a name: small letters, digits and hyphens; `client` for a name without any. With a number behind it
 * where others (`taken`) have it: two names may look alike in small letters, and a renamed client keeps its address.
 */
export function slugOf(name: string, taken: ReadonlySet<string> = new Set()): string {
  const plain = plainSlug(name)
  for (let number = 2, slug = plain; ; number++) {
    if (!taken.has(slug)) return slug
    slug = `${plain}-${number}`
  }
}

function plainSlug(name: string): string {
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

/** The tabs of the list of clients. */
export const clientFilters = ['all', 'needs-you', 'in-flight', 'own-policy', 'no-devices'] as const
export type ClientFilter = (typeof clientFilters)[number]

interface ListedClient {
  name: string
  risk: { needsPerson: boolean }
  rollout: object | null
  hasOwnPolicy: boolean
  counts: { devices: number }
}

/** Which clients a tab shows. */
export const clientFits: Record<ClientFilter, (client: ListedClient) => boolean> = {
  all: () => true,
  'needs-you': ({ risk }) => risk.needsPerson,
  'in-flight': ({ rollout }) => rollout !== null,
  'own-policy': ({ hasOwnPolicy }) => hasOwnPolicy,
  'no-devices': ({ counts }) => counts.devices === 0,
}

/** Does the name hold these letters, large or small? */
export const isNamed = ({ name }: { name: string }, search: string): boolean =>
  name.toLowerCase().includes(search.toLowerCase())

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
/** The same in words: "seven days". */
export const erasureWait = formatSpelled(erasureWaitMs)

/** Where an erasure that nobody cancelled stands. */
export type ErasureStage = 'waiting' | 'begun' | 'erased'
export function erasureStage(erasure: { proof: unknown; erasedAt: Date | null }): ErasureStage {
  if (erasure.erasedAt) return 'erased'
  return erasure.proof === null ? 'waiting' : 'begun'
}

/** A name that another client has, in whatever case: an archived one keeps its name, since it may come back. */
export const clientNameTaken = (name: string, isArchived: boolean): string =>
  isArchived
    ? `There is an archived client named “${name}”: restore it, or choose another name.`
    : `There is a client named “${name}” already.`

/** What is not for people of some clients; see `wholeCan`. */
export const wholeOnly = { erase: 'erase a client', cancelErasure: 'cancel an erasure' } as const

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
  erase({
    isArchived,
    isErasing,
    hasAllClients,
  }: {
    isArchived: boolean
    isErasing: boolean
    hasAllClients: boolean
  }): Can {
    const whole = wholeCan(hasAllClients, wholeOnly.erase)
    if (!whole.can) return whole
    if (isErasing) return no('Its erasure is waiting already.')
    return isArchived ? yes : no('Only an archived client is erased: archive it first.')
  },
  cancelErasure({ stage, hasAllClients }: { stage: ErasureStage; hasAllClients: boolean }): Can {
    const whole = wholeCan(hasAllClients, wholeOnly.cancelErasure)
    if (!whole.can) return whole
    if (stage === 'erased') return no('It is erased already.')
    return stage === 'waiting' ? yes : no('The erasure has begun: what is left would not be whole.')
  },
}
