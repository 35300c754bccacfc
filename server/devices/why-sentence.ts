import { formatDate, formatDateTime, formatDuration, formatList } from '../../components/format.ts'
import type { Decision, DecisionFact, Rung } from '../approvals/rules.ts'
import { sayDay } from '../exceptions/rules.ts'
import { dayNames } from '../policy-words/rules.ts'
import {
  because,
  ended,
  fact,
  lowerFirst,
  plain,
  type Said,
  type Speak,
  sayFailed,
  sayOnItsWay,
  sayOnMachine,
  sayStopped,
} from './why-attempt.ts'
import type { Attempt, Why, WhyFacts, WhyMark, WhyTone } from './why-facts.ts'

/**
 * Why is this patch not on this device? One sentence with its deciding fact, since when it is past due, what follows, and the ladder. What happens on the
 * machine itself comes first, then hold > exception > reject > defer > approval > rule > pending, then whether the company changes anything at all, then
 * the way through the rollout.
 */
export function whyNotPatched(facts: WhyFacts): Why {
  const speak: Speak = { facts, at: (moment) => formatDateTime(moment, facts.zone, facts.now) }
  const said = say(speak)
  return { ...said, answer: [...said.answer, ...sayPastDue(facts)], ladder: ladderOf(facts.decision) }
}

/** Whatever keeps it away: since when it should have been here. */
function sayPastDue({ pastDue, zone, now }: WhyFacts): Why['answer'] {
  if (!pastDue) return []
  return [plain(' '), fact(`Past due since ${formatDate(pastDue.at, zone, now)}`, 'fail'), plain(`: ${pastDue.rule}.`)]
}

function say(speak: Speak): Said {
  const { attempt, decision } = speak.facts
  if (attempt && isOnMachine(attempt)) return sayOnMachine(speak, attempt)
  switch (decision.rung) {
    case 'hold':
      return sayHeld(speak, decision)
    case 'exception':
      return sayExcepted(speak, decision)
    case 'reject':
    case 'defer':
      return sayDecided(speak, decision.rung, decision.decision)
    case 'consent':
      return sayAsked(speak, decision)
    case 'pending':
      return sayPending(speak, decision)
    default:
  }
  if (attempt && (attempt.state === 'failed' || attempt.state === 'rolled-back' || attempt.state === 'rollback-failed'))
    return sayFailed(speak, attempt)
  if (speak.facts.stop) return sayStopped(speak, speak.facts.stop, attempt)
  return saySilent(speak, attempt?.isLive ? sayOnItsWay(speak, attempt) : sayUnclaimed(speak))
}

/** Whatever was decided meanwhile: this is happening on the device, or has. */
const isOnMachine = (attempt: Attempt) =>
  attempt.state === 'rolling-back' ||
  (attempt.isLive && (attempt.state === 'proved' || attempt.state === 'installing' || isPermitted(attempt)))
const isPermitted = ({ state, order }: Attempt) => state === 'ordered' && order !== null && order.isPermitted

function sayHeld({ at, facts }: Speak, { hold }: Extract<Decision, { rung: 'hold' }>): Said {
  const scope = hold.scope === 'msp' ? 'all clients' : facts.clientName
  const by = { gate: `by the ${lowerFirst(hold.setBy)}`, breaker: 'by the breaker', person: `by ${hold.setBy}` }[
    hold.source
  ]
  const since = at(hold.setAt)
  const { attempt } = facts
  const here =
    attempt?.state === 'rolled-back'
      ? `Taken back here ${at(attempt.stateAt)}. `
      : attempt?.state === 'rollback-failed'
        ? `It could not be taken back here${because(attempt.reason)} `
        : ''
  return {
    mark: 'held',
    word: 'Held',
    answer: [plain('It is '), fact(`held for ${scope}`, 'back'), plain(` since ${since} ${by}${because(hold.reason)}`)],
    consequence: `${here}Nothing installs it here until a person lifts the hold. The other missing patches are not affected.`,
    next: `Held for ${hold.scope === 'msp' ? 'all clients' : 'this client'} since ${since}`,
  }
}

/** "It is kept off until 3 March by an exception that Mia Lane signed off: the vendor supports no newer one." */
function sayExcepted({ facts }: Speak, { exception }: Extract<Decision, { rung: 'exception' }>): Said {
  const day = sayDay(exception.lastDay, facts.now)
  const signed = exception.agreedFrom === 'client' ? 'signed off' : 'accepted'
  const { reach } = exception
  const scope =
    reach === 'device'
      ? 'It is for this device alone.'
      : reach === 'client'
        ? `It is for all devices of ${facts.clientName}.`
        : `It is for devices with the tag ${reach.tag}.`
  return {
    mark: 'missing',
    word: 'Excepted',
    answer: [
      plain('It is '),
      fact(`kept off until ${day}`, 'accent'),
      plain(` by an exception that ${exception.agreedBy} ${signed}${because(exception.reason)}`),
    ],
    consequence: `${scope} After that day it is planned as everywhere else, and is past due again where it was.`,
    next: `Excepted until ${day}`,
  }
}

function sayDecided({ at, facts }: Speak, rung: 'reject' | 'defer', decision: DecisionFact): Said {
  const where = { device: 'this device', client: facts.clientName, msp: 'all clients' }[decision.scope]
  const short = { device: 'this device', client: 'this client', msp: 'all clients' }[decision.scope]
  const by = ` by ${decision.by}${because(decision.reason)}`
  if (rung === 'reject')
    return {
      mark: 'missing',
      word: 'Missing',
      answer: [plain('It is '), fact(`rejected for ${where}`, 'back'), plain(` since ${at(decision.at)}${by}`)],
      consequence: 'Nothing installs it here until a person withdraws the rejection.',
      next: `Rejected for ${short}`,
    }
  const until = decision.until ? `deferred until ${at(decision.until)}` : 'deferred'
  return {
    mark: 'missing',
    word: 'Missing',
    answer: [plain('It is '), fact(until, 'accent'), plain(` for ${where}${by}`)],
    consequence: 'After that, approvals and rules decide as before.',
    next: `${until.charAt(0).toUpperCase()}${until.slice(1)}`,
  }
}

/** "It waits for the yes of Kestrel, asked by Nora on 3 March." */
function sayAsked({ at, facts }: Speak, { consent }: Extract<Decision, { rung: 'consent' }>): Said {
  const { clientName } = facts
  const ends = 'A person may take the question back, or go on without the answer and say why; both stand in the log.'
  if (consent.refusal) {
    const { by, at: said, reason } = consent.refusal
    return {
      mark: 'missing',
      word: 'Missing',
      answer: [
        plain('It stays off: '),
        fact(`${clientName} said no`, 'back'),
        plain(` ${at(said)} by ${by}${because(reason)}`),
      ],
      consequence: ends,
      next: `${clientName} said no`,
    }
  }
  const asked = at(consent.askedAt)
  return {
    mark: 'asking',
    word: 'Missing',
    answer: [
      plain('It waits for '),
      fact(`the yes of ${clientName}`, 'accent'),
      plain(`, asked ${asked} by ${consent.askedBy}.`),
    ],
    consequence: `Without an answer it goes on waiting. ${ends}`,
    next: `Waits for the yes of ${clientName}, asked ${asked}`,
  }
}

function sayPending({ at, facts }: Speak, decision: Extract<Decision, { rung: 'pending' }>): Said {
  if (decision.waitsForRule) {
    const when = `rule ${decision.waitsForRule.ruleIndex + 1} approves it ${at(decision.waitsForRule.from)}`
    return {
      mark: 'missing',
      word: 'Missing',
      answer: [plain('It is not approved yet: '), fact(when, 'accent'), plain(', when it is old enough.')],
      consequence: 'A person may approve or reject it before.',
      next: `${when.charAt(0).toUpperCase()}${when.slice(1)}`,
    }
  }
  const asking = decision.ladder.find((rung) => rung.rung === 'rule')?.holds ?? 'none'
  return {
    mark: 'asking',
    word: 'Missing',
    answer: [
      plain('It waits for '),
      fact("a person's approval", 'warn'),
      plain(asking === 'none' ? ': no rule approves it.' : `: ${asking}.`),
      ...sayElsewhere(facts),
    ],
    consequence: `Approve it for ${facts.clientName} or for all clients, or reject it with a reason.`,
    next: "Waits for a person's approval",
  }
}

/** Why a rule for what the patch is called does not fit: only devices of other clients call it that. */
const sayElsewhere = ({ elsewhere, clientName }: WhyFacts): Why['answer'] =>
  elsewhere === null ? [] : [plain(` It is reported as ${elsewhere} elsewhere, not at ${clientName}.`)]

/** The device has to be there for whatever comes next. */
function saySilent({ at, facts }: Speak, then: Said): Said {
  const { status, seenAt } = facts.device
  if (status === 'active') return then
  const since = at(seenAt)
  const words = status === 'silent' ? `silent since ${since}` : `without data since ${since}`
  return {
    ...then,
    answer: [
      plain('It is approved, but the device is '),
      fact(words, status === 'silent' ? 'warn' : 'fail'),
      plain('.'),
    ],
    consequence: `When the device is back: ${lowerFirst(ended(then.next))}`,
    next: `${words.charAt(0).toUpperCase()}${words.slice(1)}`,
  }
}

/** Approved, and in no rollout. */
function sayUnclaimed({ facts }: Speak): Said {
  const approved = { mark: 'approved' as const, word: 'Approved' }
  const by = facts.decision.rung === 'rule' ? `rule ${facts.decision.ruleIndex + 1}` : 'a person'
  if (!facts.hasTestDevice)
    return {
      ...approved,
      answer: [plain('It is approved, but '), fact(`${facts.clientName} has no test device`, 'warn'), plain('.')],
      consequence: 'No rollout starts before somebody chooses one.',
      next: 'Choose at least one test device',
    }
  if (facts.setWaitsFor.length > 0) {
    const names = formatList(facts.setWaitsFor)
    const are = facts.setWaitsFor.length === 1 ? 'is' : 'are'
    return {
      ...approved,
      answer: [
        plain('It is approved, but goes in together with '),
        fact(`${names}, which ${are} not`, 'warn'),
        plain('.'),
      ],
      consequence: 'An update set goes in whole or not at all.',
      next: `Waits for the approval of ${names}`,
    }
  }
  if (facts.triedIn !== null)
    return {
      ...approved,
      answer: [
        plain('It is approved, and '),
        fact(`R-${facts.triedIn} still tries it`, 'accent'),
        plain(' on other devices here.'),
      ],
      consequence: 'This device joins the next rollout once it has passed there.',
      next: `Joins the next rollout after R-${facts.triedIn}`,
    }
  if (facts.hasFailedBefore)
    return {
      ...approved,
      answer: [plain('It is approved, but it '), fact('failed here before', 'fail'), plain('.')],
      consequence: 'No rollout takes it by itself again: a person starts one with it.',
      next: 'Waits until a person starts a rollout with it',
    }
  const rule = facts.startRule
  const start =
    rule.kind === 'by-hand'
      ? 'a person starts'
      : rule.kind === 'weekly'
        ? `starts on ${dayNames[rule.day]} at ${rule.at}`
        : `starts when nothing new was found for ${formatDuration(rule.settleMs)}`
  return {
    ...approved,
    answer: [
      plain(`It is approved by ${by} and `),
      fact('joins the next rollout', 'accent'),
      plain(`, which ${start}.`),
    ],
    consequence: 'The rollout begins with the test ring and stages the packages first.',
    next: `Joins the next rollout, which ${start}`,
  }
}

const rungNames: Record<Rung, string> = {
  hold: 'Hold',
  exception: 'Exception',
  reject: 'Reject',
  defer: 'Defer',
  consent: 'Client',
  approve: 'Approval',
  rule: 'Rule',
  pending: 'Pending',
}
const rungSigns: Record<Rung, { mark: WhyMark; tone: WhyTone }> = {
  hold: { mark: 'held', tone: 'back' },
  exception: { mark: 'missing', tone: 'accent' },
  reject: { mark: 'held', tone: 'back' },
  defer: { mark: 'scheduled', tone: 'accent' },
  consent: { mark: 'asking', tone: 'accent' },
  approve: { mark: 'approved', tone: 'accent' },
  rule: { mark: 'approved', tone: 'accent' },
  pending: { mark: 'asking', tone: 'warn' },
}

function ladderOf({ ladder }: Decision): Why['ladder'] {
  return ladder.map(({ rung, holds, isDeciding }) => ({
    ...nameRung(rung, holds, isDeciding),
    decides: isDeciding ? rungSigns[rung] : null,
  }))
}

/** "Rule 2 would approve": the number belongs to the name, and what another rung overrules is only possible. */
function nameRung(rung: Rung, holds: string, isDeciding: boolean): { name: string; holds: string } {
  const [, number, what] = /^rule (\d+) (.+)$/.exec(holds) ?? []
  if (rung !== 'rule' || !what) return { name: rungNames[rung], holds }
  return { name: `Rule ${number}`, holds: what === 'approves' && !isDeciding ? 'would approve' : what }
}
