import { formatCount, formatDateTime, formatDuration, formatList, formatOf, plural } from '../../components/format.ts'
import type { RingPhase } from './ring-phase.ts'

/** A run of words; strong ones are the times and counts a person looks for. */
export interface LeadPart {
  text: string
  isStrong?: boolean
}

export interface LeadFacts {
  state: 'running' | 'finished' | 'aborted'
  stop: { by: string; reason: string } | null
  /** All changes of the company are stopped. */
  allStopped: { at: Date; by: string; reason: string } | null
  deviceCount: number
  rings: readonly {
    name: string
    phase: RingPhase
    proved: number
    due: number
    /** Still collecting: how many more proofs the gate that lacks most needs. */
    moreNeeded: number
    opensAt: Date | null
    gateAt: Date | null
    askingSince: Date | null
  }[]
  patches: readonly {
    name: string
    /** The ring whose gate it failed; null when a person took it back. */
    failedIn: string | null
    takenBack: { done: number; of: number; impossible: number } | null
    /** Stopped without a rollback: by a hold or the breaker. */
    isHeld: boolean
    askingIn: { ring: string; reason: string } | null
    passedAll: boolean
  }[]
  zone: string
  now: Date
}

/** What happened and what is next, in two or three sentences: the answer of the rollout page. Pure. */
export function leadSentence(facts: LeadFacts): LeadPart[] {
  const parts: LeadPart[] = []
  const say = (text: string, isStrong = false) => parts.push(isStrong ? { text, isStrong } : { text })
  for (const patch of facts.patches) if (patch.takenBack || patch.isHeld) say(`${whatFailed(patch)} `)
  if (facts.allStopped && facts.state === 'running') sayAllStopped(facts.allStopped, facts, say)
  if (facts.state === 'aborted') sayAborted(facts, say)
  else if (facts.stop) sayPaused(facts, say)
  else if (facts.state === 'finished') sayFinished(facts, say)
  else if (!facts.allStopped) sayNext(facts, say)
  return joined(parts)
}

type Say = (text: string, isStrong?: boolean) => void

function whatFailed({ name, failedIn, takenBack, isHeld }: LeadFacts['patches'][number]): string {
  if (!takenBack) return `${name} is held${isHeld ? ' and goes no further' : ''}.`
  const why = failedIn ? `failed in ${failedIn}` : 'was stopped by a person'
  if (takenBack.of === 0) return `${name} ${why}; it is held, and no device kept it.`
  const impossible = takenBack.impossible > 0 ? `; ${formatCount(takenBack.impossible)} cannot be taken back` : ''
  const verb = takenBack.done === takenBack.of ? 'was taken back from' : 'is being taken back,'
  return `${name} ${why} and ${verb} ${formatOf(takenBack.done, takenBack.of)} ${takenBack.of === 1 ? 'device' : 'devices'}${impossible}; it is held.`
}

function sayAborted({ stop, rings }: LeadFacts, say: Say): void {
  say(`Aborted by ${stop?.by ?? 'a person'}${stop?.reason ? `: ${sentence(stop.reason)}` : '.'}`)
  const proved = rings.some((ring) => ring.proved > 0)
  say(proved ? ' What was installed stays; nothing else starts.' : ' Nothing was installed.')
}

/** What comes next is nobody's to know then. */
function sayAllStopped(stop: NonNullable<LeadFacts['allStopped']>, { zone, now }: LeadFacts, say: Say): void {
  say('All changes are stopped since ')
  say(formatDateTime(stop.at, zone, now), true)
  say(` by ${stop.by}: ${sentence(stop.reason)} Nothing starts and nothing is taken back until they go on. `)
}

function sayPaused({ stop, rings }: LeadFacts, say: Say): void {
  say(`Paused by ${stop?.by ?? 'a person'}: ${sentence(stop?.reason ?? '')}`)
  const counting = rings.find((ring) => ring.phase === 'soaking')
  say(
    ` No order and no start until somebody resumes it${counting ? `; the soak of ${counting.name} stands still` : ''}.`,
  )
}

function sayFinished({ patches, rings, deviceCount, allStopped }: LeadFacts, say: Say): void {
  const good = patches.filter((patch) => patch.passedAll)
  const late = rings.reduce((sum, ring) => sum + (ring.phase === 'passed' ? ring.due - ring.proved : 0), 0)
  if (good.length === 0) say('Nothing of this rollout went through. It has finished.')
  else if (good.length === patches.length)
    say(
      `${nameAll(good)} passed every gate on ${plural(deviceCount, 'device', 'devices')}. The rollout has finished${late > 0 ? '' : ', and nothing is open'}.`,
    )
  else say(`${nameAll(good)} passed every gate. The rollout has finished.`)
  const when = allStopped ? 'when changes go on: all are stopped' : 'at their next window'
  if (good.length > 0 && late > 0) say(` Late devices get what passed ${when}.`)
}

function sayNext(facts: LeadFacts, say: Say): void {
  const { rings, patches, zone, now } = facts
  const at = (moment: Date) => formatDateTime(moment, zone, now)
  const asking = patches.filter((patch) => patch.askingIn)
  const [firstAsking] = asking
  if (firstAsking?.askingIn) {
    say(
      asking.length === 1
        ? `${firstAsking.name} in ${firstAsking.askingIn.ring} waits for a person: ${sentence(lowerFirst(firstAsking.askingIn.reason))}`
        : `${nameAll(asking)} in ${firstAsking.askingIn.ring} wait for a person.`,
    )
    const next = rings.find((ring) => ring.phase === 'waiting')
    say(next ? ` ${next.name} stays shut until somebody says yes.` : ' The rollout ends with the answer.')
    return
  }
  const open = rings.find((ring) => ring.phase === 'soaking' || ring.phase === 'running')
  const next = rings.find((ring) => ring.phase === 'waiting')
  const failed = patches.filter((patch) => patch.takenBack || patch.isHeld).length
  const going = patches.length - failed
  if (failed > 0 && going > 0) say(going === 1 ? 'The other patch goes on: ' : `The other ${going} patches go on: `)
  if (going === 0) {
    say('No patch is left to go on; the rollout ends when the rollback has been reported.')
    return
  }
  if (open) {
    if (open.phase === 'soaking' && open.gateAt && open.gateAt <= facts.now)
      say(`${open.name} has soaked and waits to hear from its devices`)
    else if (open.phase === 'soaking' && open.gateAt) sayUntil(`${open.name} soaks until `, open.gateAt, facts, say)
    else if (open.moreNeeded > 0)
      say(
        `${open.name} is open, ${formatOf(open.proved, open.due)} proved; its soak starts after ${plural(open.moreNeeded, 'more proof', 'more proofs')}`,
      )
    else say(`${open.name} is open, ${formatOf(open.proved, open.due)} proved`)
    if (next) sayOpening(next, say, at)
    say('.')
  } else if (next?.opensAt) {
    const isNow = next.opensAt.getTime() - now.getTime() < 60_000
    say(isNow ? `${next.name} opens now` : `${next.name} opens `)
    if (!isNow) say(at(next.opensAt), true)
    say('; all devices fetch the packages meanwhile.')
  } else say('The last gate has decided; the rollout ends now.')
}

function sayOpening(ring: LeadFacts['rings'][number], say: Say, at: (moment: Date) => string): void {
  // A forecast within the day says nothing more than "after the gate".
  if (!ring.opensAt) return
  say(`, then ${ring.name} opens `)
  say(at(ring.opensAt), true)
}

/** Under an hour a clock time says less than what is left. */
function sayUntil(words: string, end: Date, { zone, now }: LeadFacts, say: Say): void {
  const leftMs = end.getTime() - now.getTime()
  if (leftMs < 3_600_000) {
    say(words.replace(/until $/, ''))
    say(`${formatDuration(leftMs)} more`, true)
    return
  }
  say(words)
  say(formatDateTime(end, zone, now), true)
}

function nameAll(patches: readonly { name: string }[]): string {
  return formatList(patches.map((patch) => patch.name))
}

const lowerFirst = (text: string) => text.charAt(0).toLowerCase() + text.slice(1)
/** Ends with one full stop, whatever the writer did. */
const sentence = (text: string) => `${text.trim().replace(/[.!?]+$/, '')}.`

/** Neighbours of one kind become one part; the ends are trimmed. */
function joined(parts: readonly LeadPart[]): LeadPart[] {
  const merged: LeadPart[] = []
  for (const part of parts) {
    const last = merged.at(-1)
    if (last && Boolean(last.isStrong) === Boolean(part.isStrong)) last.text += part.text
    else merged.push({ ...part })
  }
  const last = merged.at(-1)
  if (last) last.text = last.text.trimEnd()
  return merged
}
