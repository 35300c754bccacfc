import type { ChangesStop } from '../msps/changes-row.ts'
import { maxAttempts } from '../rollouts/rules.ts'
import type { Attempt, Part, Why, WhyFacts, WhyTone } from './why-facts.ts'

/** The verdict of an earlier ring that this patch has passed, while others have not. */
export const openForOthers = 'open-for-others'

/** The answer without its ladder. */
export type Said = Omit<Why, 'ladder'>
export type Speak = { at: (moment: Date) => string; facts: WhyFacts }

export const plain = (text: string): Part => ({ text })
export const fact = (text: string, tone: WhyTone): Part => ({ text, tone })
/** Reasons come from people, gates and devices: they end a sentence, with its full stop. */
export const ended = (reason: string) => (/[.!?]$/.test(reason.trim()) ? reason.trim() : `${reason.trim()}.`)
export const because = (reason: string) => (reason.trim() === '' ? '.' : `: ${ended(reason)}`)
/** For the middle of a sentence; names such as R-12 stay. */
export const lowerFirst = (text: string) =>
  /^[A-Z][a-z]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text

/** What happens on the device itself. */
export function sayOnMachine({ at, facts }: Speak, attempt: Attempt): Said {
  const since = at(attempt.stateAt)
  if (attempt.state === 'rolling-back')
    return {
      mark: 'rolled-back',
      word: 'Rolling back',
      answer: [plain('It is '), fact('being taken back', 'back'), plain(` since ${since}.`)],
      consequence: facts.stop
        ? `All changes are stopped since ${at(facts.stop.at)}: what has begun is finished, the rest waits until they go on.`
        : 'The device puts the version before back from its own store and reads it back.',
      next: `Being taken back since ${since}`,
    }
  if (attempt.state !== 'proved')
    return {
      mark: 'installing',
      word: 'Installing',
      answer: [plain('It is '), fact('being installed now', 'accent'), plain(`, since ${since}.`)],
      consequence: 'What has begun is finished, never killed. The device reports the version it reads back.',
      next: 'Being installed now',
    }
  const until = attempt.gate.soakEndsAt
  const isAsking = attempt.gate.verdict === 'asking'
  const soak = isAsking
    ? `, and the gate of ring ${attempt.ring.name} asks a person.`
    : until && until > facts.now
      ? ` and soaks until ${at(until)}.`
      : ` and is watched until ring ${attempt.ring.name} closes.`
  const isPending = facts.device.isRebootPending
  return {
    mark: isPending ? 'pending-reboot' : isAsking ? 'asking' : 'soaking',
    word: isPending ? 'Pending reboot' : 'Installed, soaks',
    answer: [plain('It is '), fact('installed', 'ok'), plain(` since ${since}${soak}`)],
    consequence: 'A probe that fails before the soak is over takes it back by itself.',
    next: until && until > facts.now ? `In since ${since}, soaks until ${at(until)}` : `In since ${since}`,
  }
}

/** It was tried here and did not stay. */
export function sayFailed({ at }: Speak, attempt: Attempt): Said {
  const when = at(attempt.stateAt)
  const run = `R-${attempt.rolloutNumber}`
  const tries = `Attempt ${attempt.installs} of ${maxAttempts} in ${run}.`
  const then = attempt.gate.isStopped
    ? `${run} has stopped it: nothing tries it again before a new rollout.`
    : !attempt.isLive
      ? `${run} has ended: it is tried again when a person starts a rollout with it.`
      : attempt.installs < maxAttempts
        ? 'Retry makes the next one; the failure stays counted.'
        : 'No attempt is left.'
  if (attempt.state === 'rollback-failed')
    return {
      mark: 'failed',
      word: 'Failed',
      answer: [plain('It '), fact('could not be taken back', 'fail'), plain(` ${when}${because(attempt.reason)}`)],
      consequence: 'The package may be half installed. A person has to look at the device.',
      next: 'Could not be taken back: look at the device',
    }
  const isBack = attempt.state === 'rolled-back'
  return {
    mark: isBack ? 'rolled-back' : 'failed',
    word: isBack ? 'Rolled back' : 'Failed',
    answer: [
      plain('It '),
      fact(isBack ? 'failed here and was taken back' : 'failed here', isBack ? 'back' : 'fail'),
      plain(` ${when}${because(attempt.reason)}`),
    ],
    consequence: `${tries} ${then}`,
    next: `${isBack ? 'Taken back' : 'Failed'} ${when}, attempt ${attempt.installs} of ${maxAttempts}`,
  }
}

/** How far a patch is that nothing has begun to install. */
function markOnItsWay(state: Attempt['state']): Pick<Said, 'mark' | 'word'> {
  if (state === 'planned') return { mark: 'approved', word: 'Approved' }
  return state === 'staged' ? { mark: 'staged', word: 'Staged' } : { mark: 'scheduled', word: 'Scheduled' }
}

/** Approved, wherever it stands: the whole company changes nothing. */
export function sayStopped({ at }: Speak, stop: ChangesStop, attempt: Attempt | null): Said {
  const since = `since ${at(stop.at)}`
  return {
    ...markOnItsWay(attempt?.isLive ? attempt.state : 'planned'),
    answer: [
      plain('It is approved, but '),
      fact('all changes are stopped', 'warn'),
      plain(` ${since} by ${stop.by}${because(stop.reason)}`),
    ],
    consequence: 'No device installs, takes back or fetches anything until somebody lets changes go on.',
    next: `All changes are stopped ${since}`,
  }
}

/** Approved and claimed by a rollout that has not reached it. */
export function sayOnItsWay(speak: Speak, attempt: Attempt): Said {
  const { at, facts } = speak
  const run = `R-${attempt.rolloutNumber}`
  const base = markOnItsWay(attempt.state)
  const wait = (what: string, tone: WhyTone, rest: string, consequence: string, next: string): Said => ({
    ...base,
    answer: [plain(`It is approved and in ${run}: `), fact(what, tone), plain(rest)],
    consequence,
    next,
  })
  if (attempt.paused)
    return wait(
      `the rollout is paused by ${attempt.paused.by}`,
      'warn',
      because(attempt.paused.reason),
      'No order and no permit is given until a person resumes it.',
      `${run} is paused by ${attempt.paused.by}`,
    )
  if (attempt.gate.isStopped)
    return wait(
      'the rollout has stopped this patch',
      'back',
      '.',
      'Too many failures, or a hold, elsewhere in it.',
      `Stopped in ${run}`,
    )
  if (attempt.state === 'planned')
    return wait(
      'the device fetches the packages first',
      'accent',
      '.',
      'Staging changes nothing on the device.',
      `${run} stages it`,
    )
  const { name } = attempt.ring
  if (attempt.ring.state === 'waiting') {
    const before = attempt.ringBefore
    if (before) {
      const how = describeRing(before, at, facts.now)
      return wait(
        `ring ${name} waits for ring ${before.name}`,
        'accent',
        `, ${how}.`,
        'Only the exact version that passed goes on.',
        `Ring ${before.name} comes first, ${how}`,
      )
    }
    if (attempt.ring.notBefore > facts.now)
      return wait(
        `ring ${name} opens ${at(attempt.ring.notBefore)}`,
        'accent',
        ' at the earliest.',
        'The ring waits that long after the release.',
        `Ring ${name} opens ${at(attempt.ring.notBefore)}`,
      )
    return wait(
      `ring ${name} opens next`,
      'accent',
      '.',
      'Its orders are made when it opens.',
      `Ring ${name} opens next`,
    )
  }
  if (attempt.state === 'staged' || !attempt.order?.isSigned)
    return wait(
      'its order is being made',
      'accent',
      '.',
      'The device gets it at its next check-in inside the window.',
      'Its order is being made',
    )
  const { windowOpenUntil } = attempt.order
  const isOpenNow = attempt.window !== null && attempt.window.opensAt <= facts.now
  if (windowOpenUntil && windowOpenUntil > facts.now)
    return wait(
      `its window was opened until ${at(windowOpenUntil)}`,
      'accent',
      ' by hand.',
      'The device starts at its next check-in.',
      `Starts at the next check-in, until ${at(windowOpenUntil)}`,
    )
  if (attempt.window && isOpenNow) {
    const until = attempt.window.isAlways ? 'always open' : `open, last start ${at(attempt.window.lastStartAt)}`
    return wait(
      `its window is ${until}`,
      'accent',
      '.',
      'The device starts at its next check-in.',
      'Starts at the next check-in',
    )
  }
  if (!attempt.window)
    return wait(
      `ring ${name} has no window ahead`,
      'warn',
      '.',
      'Change the window of the ring, or use Patch now.',
      'No window ahead',
    )
  return wait(
    `its window opens ${at(attempt.window.opensAt)}`,
    'accent',
    '.',
    'Patch now opens it at once.',
    `Ring ${name}, opens ${at(attempt.window.opensAt)}`,
  )
}

function describeRing(ring: { verdict: string; soakEndsAt: Date | null }, at: Speak['at'], now: Date): string {
  if (ring.verdict === 'asking') return 'whose gate asks a person'
  if (ring.verdict === 'soaking' && ring.soakEndsAt && ring.soakEndsAt <= now)
    return 'which has soaked and waits to hear from its devices'
  if (ring.verdict === 'soaking') return ring.soakEndsAt ? `which soaks until ${at(ring.soakEndsAt)}` : 'which soaks'
  if (ring.verdict === openForOthers) return 'which is still open for other patches'
  return 'which has not proved it yet'
}
