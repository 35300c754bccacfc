import { formatCount, formatDateTime, formatOf, formatPercent, plural } from '@/components/format'
import type { MarkState, Tone } from '@/components/mark-state'
import type { Gate, Patch, Ring, Rollout } from './view-types'

/** "13 reported, 13 ok, 1 silent": the sentence below every meter. */
export function evidenceSentence({ proved, failed, evidence, left }: Gate): string {
  const reboot = evidence['pending-reboot']
  const parts = [`${formatCount(proved + failed)} reported`, `${formatCount(Math.max(0, proved - reboot))} ok`]
  const add = (count: number, words: string) => {
    if (count > 0) parts.push(`${formatCount(count)} ${words}`)
  }
  add(reboot, 'pending reboot')
  add(failed, 'failed')
  add(evidence['rolled-back'], 'rolled back')
  add(evidence.silent, 'silent')
  add(evidence['to-report'], 'still to report')
  add(left, 'left out')
  return parts.join(', ')
}

export interface GateWords {
  mark: MarkState
  word: string
  tone: Tone
}

/** The verdict of one gate in a word; before the verdict, when it is expected. */
export function gateWords(gate: Gate, ring: Ring, { client, stop, asOf }: Rollout): GateWords | null {
  switch (gate.verdict) {
    case 'pass':
      return { mark: 'installed', word: gate.isConfirmed ? 'Pass, by a person' : 'Pass', tone: 'text' }
    case 'fail':
      return { mark: 'failed', word: 'Fail', tone: 'fail' }
    case 'asking':
      return gate.isAsking
        ? { mark: 'asking', word: 'Wants a person', tone: 'warn' }
        : { mark: 'installing', word: 'Answered', tone: 'text' }
    case 'skipped':
    case 'waiting':
      return null
    case 'soaking':
    case 'collecting': {
      if (stop) return { mark: 'held', word: 'Paused', tone: 'back' }
      const at = gate.verdict === 'soaking' ? (gate.soakEndsAt ?? ring.forecast.gateAt) : null
      const isNear = at && at.getTime() - asOf.getTime() < 3_600_000
      if (!at) return { mark: 'installing', word: 'Not enough evidence yet', tone: 'text' }
      if (at <= asOf) return { mark: 'soaking', word: 'Soaked, waits to hear', tone: 'text' }
      return {
        mark: 'soaking',
        word: isNear ? 'Soaks' : `Gate ${formatDateTime(at, client.timeZone, asOf)}`,
        tone: 'text',
      }
    }
  }
}

/** "Early, 14: needs 80 % proved, at most 1 failed": head of a ring's column. */
export function gateRuleWords(ring: Ring, patches: readonly Patch[], { gateRule }: Rollout): string | null {
  const gates = patches.flatMap((patch) =>
    patch.gates.filter((gate) => gate.position === ring.position && gate.due > 0),
  )
  const [first] = gates
  if (!first) return null
  const isSmall = gates.every((gate) => gate.failureLimit === 0 && gate.provedNeeded <= 1)
  const needs = isSmall
    ? `needs ${plural(first.provedNeeded, 'proof', 'proofs')}`
    : `needs ${formatPercent(gateRule.provedShare * 100)} proved`
  const limits = [...new Set(gates.map((gate) => gate.failureLimit))]
  const [limit] = limits
  const fails = limits.length > 1 ? '' : limit === 0 ? ', none failed' : `, at most ${formatCount(limit ?? 0)} failed`
  return `${needs}${fails}`
}

export interface PatchVerdict {
  mark: MarkState
  word: string
  tone: Tone
  detail: string
}

/** How a patch stands in the whole rollout: what a person reads at the end of its row. */
export function patchVerdict(patch: Patch, rollout: Rollout): PatchVerdict {
  const { takenBack } = patch
  if (takenBack) {
    const isOpen = takenBack.done + takenBack.impossible < takenBack.of
    const away = takenBack.silent > 0 ? `, ${formatCount(takenBack.silent)} offline` : ''
    const broken = takenBack.impossible > 0 ? `, ${formatCount(takenBack.impossible)} cannot be` : ''
    return {
      mark: 'rolled-back',
      word: isOpen ? 'Being taken back' : patch.hold ? 'Rolled back, held' : 'Rolled back',
      tone: 'back',
      detail:
        takenBack.of === 0 ? 'Installed nowhere' : `${formatOf(takenBack.done, takenBack.of)} proved${broken}${away}`,
    }
  }
  if (patch.isStopped || patch.hold)
    return {
      mark: 'held',
      word: 'Held',
      tone: 'back',
      detail: patch.hold ? (patch.hold.scope === 'msp' ? 'For all clients' : 'For this client') : 'Goes no further',
    }
  const due = patch.gates.filter((gate) => gate.due > 0)
  const asking = due.find((gate) => gate.isAsking)
  if (asking) return { mark: 'asking', word: 'Wants a person', tone: 'warn', detail: 'Go on, or take it back' }
  if (due.every((gate) => gate.verdict === 'pass'))
    return { mark: 'installed', word: 'Passed', tone: 'text', detail: `${formatCount(patch.installed)} installed` }
  if (rollout.state === 'aborted')
    return { mark: 'held', word: 'Stopped', tone: 'back', detail: `${formatCount(patch.installed)} keep it` }
  if (rollout.stop) return { mark: 'held', word: 'Paused', tone: 'back', detail: 'Goes on when resumed' }
  if (due.some((gate) => gate.verdict === 'asking'))
    return { mark: 'installing', word: 'Answered', tone: 'text', detail: 'The gate decides now' }
  const soaking = due.find((gate) => gate.verdict === 'soaking')
  if (soaking) return { mark: 'soaking', word: 'Soaking', tone: 'text', detail: spareWords(soaking) }
  const collecting = due.find((gate) => gate.verdict === 'collecting')
  if (collecting) {
    const missing = Math.max(0, collecting.provedNeeded - collecting.proved)
    return {
      mark: 'installing',
      word: 'Installing',
      tone: 'text',
      detail: missing > 0 ? `${plural(missing, 'more proof', 'more proofs')} needed` : 'Enough evidence so far',
    }
  }
  return { mark: 'scheduled', word: 'Waits', tone: 'text', detail: 'Its ring is not open yet' }
}

function spareWords({ proved, provedNeeded }: Gate): string {
  return proved > provedNeeded ? 'Enough evidence so far' : 'Enough, none to spare'
}

/** A ring that has no evidence yet: what will come, or why nothing will. */
export function aheadWords(
  gate: Gate,
  patch: Patch,
  ring: Ring,
  rollout: Rollout,
): { mark: MarkState; lines: string[] } {
  if (gate.due === 0) return { mark: 'not-applicable', lines: ['No device here'] }
  const devices = plural(gate.due, 'device', 'devices')
  if (patch.isStopped || gate.verdict === 'skipped' || rollout.state === 'aborted') {
    const [from] = patch.fromVersions
    return { mark: 'held', lines: [`Stopped. ${devices}`, from ? `keep ${from}` : 'stay without it'] }
  }
  return { mark: 'scheduled', lines: [devices, ...openingWords(ring, rollout)] }
}

/** When a ring that waits opens: a moment of its own, or after the gate before it. */
export function openingWords(ring: Ring, rollout: Rollout): string[] {
  const { rings, client, asOf, stop } = rollout
  const before = rings.filter((one) => one.position < ring.position && one.phase !== 'left-out').at(-1)
  const opensAt = ring.forecast.opensAt
  if (stop) return ['after somebody resumes']
  if (!opensAt) return []
  const isUndecided = before !== undefined && ['waiting', 'running', 'soaking', 'asking'].includes(before.phase)
  const gateMs = before?.forecast.gateAt?.getTime() ?? 0
  const isAfterGate = isUndecided && (before.phase === 'asking' || opensAt.getTime() - gateMs < 60_000)
  if (isAfterGate) return [`after the gate of ${before.name}`]
  return [opensAt.getTime() <= asOf.getTime() ? 'opens now' : `opens ${formatDateTime(opensAt, client.timeZone, asOf)}`]
}

/** "kept" and its kin, as a tag: how the patch can be undone. */
export function undoWords({ undo }: Patch): string[] {
  const words = { kept: 'Package kept', fetchable: 'Package fetchable', snapshot: 'Snapshot', none: 'Cannot be undone' }
  const found = (['kept', 'fetchable', 'snapshot', 'none'] as const).filter((kind) => undo[kind] > 0)
  if (found.length <= 1) return found.map((kind) => words[kind])
  return found.map((kind) => `${words[kind]}: ${formatCount(undo[kind])}`)
}
