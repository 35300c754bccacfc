import type { ApprovalRule } from '../policies/schema.ts'

/** What is not for people of some clients, of decisions and of holds; see `wholeCan`. */
export const wholeOnly = {
  decide: 'decide for all of them',
  takeBack: 'take back what stands for all of them',
} as const

/** The facts a decision is made from: one patch on one device. Times are dates, scopes are resolved by the caller. */
export interface DecisionFacts {
  patch: { classification: string; severity: string; releasedAt: Date | null; firstSeenAt: Date }
  undoClass: 'kept' | 'fetchable' | 'snapshot' | 'none'
  holds: readonly HoldFact[]
  /** In force now. */
  exceptions: readonly ExceptionFact[]
  decisions: readonly DecisionFact[]
  /** The question to the client that stands and was not answered with yes. */
  consent: ConsentFact | null
  rules: readonly ApprovalRule[]
  now: Date
}
export type Scope = 'device' | 'client' | 'msp'
export interface HoldFact {
  scope: 'client' | 'msp'
  source: 'gate' | 'breaker' | 'person'
  setBy: string
  setAt: Date
  reason: string
}
export interface ExceptionFact {
  reach: ExceptionReach
  /** "2028-02-29": the last day, in the client's zone. */
  lastDay: string
  expiresAt: Date
  /** Who agreed to it, and on which side they are. */
  agreedBy: string
  agreedFrom: 'msp' | 'client'
  reason: string
}
export interface ConsentFact {
  askedBy: string
  askedAt: Date
  /** Who said no and why; null while nobody answered. */
  refusal: { by: string; at: Date; reason: string } | null
}
export type ExceptionReach = 'client' | 'device' | { tag: string }
export interface DecisionFact {
  scope: Scope
  kind: 'approve' | 'reject' | 'defer'
  by: string
  at: Date
  until: Date | null
  reason: string
}

export type Rung = 'hold' | 'exception' | 'reject' | 'defer' | 'consent' | 'approve' | 'rule' | 'pending'
/** The answer carries its reason. `ladder` says for every rung what it holds; the leftmost that applies wins. */
export type Decision = { isApproved: boolean; ladder: readonly LadderRung[] } & (
  | { rung: 'hold'; hold: HoldFact }
  | { rung: 'exception'; exception: ExceptionFact }
  | { rung: 'reject' | 'defer' | 'approve'; decision: DecisionFact }
  | { rung: 'consent'; consent: ConsentFact }
  | { rung: 'rule'; ruleIndex: number; rule: ApprovalRule }
  | { rung: 'pending'; waitsForRule: { ruleIndex: number; from: Date } | null }
)
export interface LadderRung {
  rung: Rung
  isDeciding: boolean
  /** In words: "client, by the gate", "none". */
  holds: string
}

const dayMs = 24 * 3_600_000
const narrowness: Record<Scope, number> = { device: 3, client: 2, msp: 1 }

/** Age counts from the vendor's date where a feed has one, else from first sight at this MSP. */
export function ageStart(patch: { releasedAt: Date | null; firstSeenAt: Date }): Date {
  return patch.releasedAt ?? patch.firstSeenAt
}

/** The narrowest decision of a kind; of two equally narrow ones the newer. */
function strongest(decisions: readonly DecisionFact[], kind: DecisionFact['kind']): DecisionFact | undefined {
  return decisions
    .filter((decision) => decision.kind === kind)
    .sort((a, b) => narrowness[b.scope] - narrowness[a.scope] || b.at.getTime() - a.at.getTime())[0]
}

type RuleAnswer =
  | { kind: 'approves' | 'asks'; ruleIndex: number; rule: ApprovalRule }
  | { kind: 'too-young'; ruleIndex: number; from: Date }
  | { kind: 'none' }

/** Read from the top: the place of the first rule that fits in kind, which alone decides; -1 where none does. */
export function findFitting({ rules, patch, undoClass }: RuleFacts): number {
  const holds = (list: readonly string[], word: string) => list.length === 0 || list.includes(word)
  const canUndo = undoClass === 'kept' || undoClass === 'fetchable'
  return rules.findIndex(
    (rule) =>
      rule.isOn !== false &&
      holds(rule.classifications, patch.classification) &&
      holds(rule.severities, patch.severity) &&
      (canUndo || !rule.onlyIfUndoable),
  )
}
/** What a rule looks at, age apart. */
export type RuleFacts = Pick<DecisionFacts, 'rules' | 'undoClass'> & {
  patch: Pick<DecisionFacts['patch'], 'classification' | 'severity'>
}

/** An age that is not reached yet waits for the rule that fits. */
function askRules(facts: DecisionFacts): RuleAnswer {
  const ruleIndex = findFitting(facts)
  const rule = facts.rules[ruleIndex]
  if (!rule) return { kind: 'none' }
  if (rule.effect === 'ask') return { kind: 'asks', ruleIndex, rule }
  const from = new Date(ageStart(facts.patch).getTime() + rule.afterDays * dayMs)
  return from <= facts.now ? { kind: 'approves', ruleIndex, rule } : { kind: 'too-young', ruleIndex, from }
}

/** hold > exception > reject > defer > consent > approve > rule > pending; within a rank the narrower scope wins. Pure and deterministic. */
export function decide(facts: DecisionFacts): Decision {
  const hold = [...facts.holds].sort((a, b) => a.setAt.getTime() - b.setAt.getTime())[0]
  // Of several the one that keeps it off the longest.
  const exception = [...facts.exceptions].sort((a, b) => b.expiresAt.getTime() - a.expiresAt.getTime())[0]
  const reject = strongest(facts.decisions, 'reject')
  const defer = strongest(
    facts.decisions.filter((decision) => decision.until === null || decision.until > facts.now),
    'defer',
  )
  const { consent } = facts
  const approve = strongest(facts.decisions, 'approve')
  const byRule = askRules(facts)
  const rung: Rung = hold
    ? 'hold'
    : exception
      ? 'exception'
      : reject
        ? 'reject'
        : defer
          ? 'defer'
          : consent
            ? 'consent'
            : approve
              ? 'approve'
              : byRule.kind === 'approves'
                ? 'rule'
                : 'pending'
  const ladder = ladderOf(rung, hold, exception, reject, defer, consent, approve, byRule)
  if (hold) return { rung: 'hold', hold, isApproved: false, ladder }
  if (exception) return { rung: 'exception', exception, isApproved: false, ladder }
  if (reject) return { rung: 'reject', decision: reject, isApproved: false, ladder }
  if (defer) return { rung: 'defer', decision: defer, isApproved: false, ladder }
  if (consent) return { rung: 'consent', consent, isApproved: false, ladder }
  if (approve) return { rung: 'approve', decision: approve, isApproved: true, ladder }
  if (byRule.kind === 'approves')
    return { rung: 'rule', ruleIndex: byRule.ruleIndex, rule: byRule.rule, isApproved: true, ladder }
  const waitsForRule = byRule.kind === 'too-young' ? { ruleIndex: byRule.ruleIndex, from: byRule.from } : null
  return { rung: 'pending', waitsForRule, isApproved: false, ladder }
}

const scopeWords: Record<Scope, string> = { device: 'this device', client: 'client', msp: 'all clients' }
const sourceWords: Record<HoldFact['source'], string> = {
  gate: 'by the gate',
  breaker: 'by the breaker',
  person: 'by a person',
}

const reachWords = (reach: ExceptionReach) =>
  reach === 'device' ? 'this device' : reach === 'client' ? 'client' : `tag ${reach.tag}`

const consentWords = ({ askedBy, refusal }: ConsentFact) =>
  refusal ? `no, by ${refusal.by}` : `asked by ${askedBy}, not answered`

function ladderOf(
  deciding: Rung,
  hold: HoldFact | undefined,
  exception: ExceptionFact | undefined,
  reject: DecisionFact | undefined,
  defer: DecisionFact | undefined,
  consent: ConsentFact | null,
  approve: DecisionFact | undefined,
  byRule: RuleAnswer,
): LadderRung[] {
  const said = (decision: DecisionFact | undefined) =>
    decision ? `${scopeWords[decision.scope]}, by ${decision.by}` : 'none'
  const ruleWords = {
    approves: () => ('ruleIndex' in byRule ? `rule ${byRule.ruleIndex + 1} approves` : ''),
    asks: () => ('ruleIndex' in byRule ? `rule ${byRule.ruleIndex + 1} asks a person` : ''),
    'too-young': () => ('ruleIndex' in byRule ? `rule ${byRule.ruleIndex + 1} will approve` : ''),
    none: () => 'none',
  }[byRule.kind]()
  const rungs: (readonly [Rung, string])[] = [
    ['hold', hold ? `${scopeWords[hold.scope]}, ${sourceWords[hold.source]}` : 'none'],
    ...(exception ? [['exception', `${reachWords(exception.reach)}, agreed by ${exception.agreedBy}`] as const] : []),
    ['reject', said(reject)],
    ['defer', said(defer)],
    ...(consent ? [['consent', consentWords(consent)] as const] : []),
    ['approve', said(approve)],
    ['rule', ruleWords],
    ['pending', deciding === 'pending' ? 'waits for a person' : ''],
  ]
  return rungs.map(([rung, holds]) => ({ rung, holds, isDeciding: rung === deciding }))
}
