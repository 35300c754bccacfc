import {
  formatAge,
  formatCount,
  formatDateTime,
  formatList,
  formatMonth,
  formatOf,
  formatTime,
  localDayNumber,
  plural,
} from '../../components/format.ts'
import { sayDay } from '../exceptions/rules.ts'
import type { Need } from './rules.ts'

/** Where the one button of a row leads; the browser makes the address. */
export type NeedTarget =
  | { page: 'holds' | 'enrolment'; client: string | undefined }
  | { page: 'exceptions'; state: 'waiting' | 'in-force'; client: string }
  | { page: 'rollout' | 'patch'; id: string }
  | { page: 'devices'; filter?: 'failed' | 'past-due' | 'silent' | 'no-data'; client: string | undefined }
  | { page: 'patches'; filter: 'wants' }
  | { page: 'clients' }
  | { page: 'company' }
  | { page: 'billing'; month: string }
  | { page: 'proposals'; id: string }

export interface NeedWords {
  mark:
    | 'second-person'
    | 'failed'
    | 'rolled-back'
    | 'held'
    | 'asking'
    | 'past-due'
    | 'missed-window'
    | 'no-data'
    | 'missing'
  /** What happened. */
  sentence: string
  evidence: string
  /** Time or reach, beside the button. */
  reach: string
  reachTone: 'fail' | 'warn' | 'mute'
  action: string
  target: NeedTarget
}

const hosts = (names: readonly string[], all: number) =>
  formatList(all > names.length ? [...names, `${formatCount(all - names.length)} more`] : names, 6)
const devices = (count: number) => plural(count, 'device', 'devices')
const run = (rollout: { number: number }) => `R-${rollout.number}`

/** One thing that needs a person in words. Pure; times in `zone`. */
export function describeNeed(need: Need, zone: string, now: Date): NeedWords {
  const since = (at: Date) =>
    localDayNumber(at, zone) === localDayNumber(now, zone)
      ? `since ${formatTime(at, zone)}`
      : `since ${formatDateTime(at, zone, now)}`
  switch (need.kind) {
    case 'failed-gate': {
      const ring = need.ringName ? `the ${need.ringName} gate` : 'a gate'
      return {
        mark: need.takenBack.of > 0 ? 'rolled-back' : 'held',
        sentence: `${need.patch.name} failed ${ring} at ${need.client.name}`,
        evidence: [
          need.due > 0 ? `${formatOf(need.failed, need.due)} failed.` : '',
          takenBackWords(need.takenBack),
          'Held for this client.',
        ]
          .filter(Boolean)
          .join(' '),
        reach: since(need.at),
        reachTone: 'mute',
        ...(need.rollout
          ? { action: `Open ${run(need.rollout)}`, target: { page: 'rollout', id: need.rollout.id } }
          : { action: 'See the hold', target: { page: 'holds', client: need.client.id } }),
      }
    }
    case 'breaker':
      return {
        mark: 'held',
        sentence: `The breaker holds ${need.patch.name} at all clients`,
        evidence: `${need.reason.replace(/\.?$/, '.')} ${need.devices > 0 ? `${plural(need.devices, 'device lacks', 'devices lack')} it and ${need.devices === 1 ? 'waits' : 'wait'}.` : 'No device waits for it.'}`,
        reach: since(need.at),
        reachTone: 'mute',
        action: 'See the hold',
        target: { page: 'holds', client: undefined },
      }
    case 'gate-asks':
      return {
        mark: 'asking',
        sentence: `${need.patchCount === 1 ? (need.patches[0] ?? 'A patch') : plural(need.patchCount, 'patch', 'patches')} at ${need.client.name}: the ${need.ringName} gate asks a person`,
        evidence: [
          need.patchCount > 1 ? `${formatList(need.patches, 3)}.` : `${formatOf(need.proved, need.due)} proved.`,
          need.reason && `${capital(need.reason).replace(/\.?$/, '.')}`,
        ]
          .filter(Boolean)
          .join(' '),
        reach: need.at ? since(need.at) : 'waits',
        reachTone: need.isToday ? 'warn' : 'mute',
        action: `Decide in ${run(need.rollout)}`,
        target: { page: 'rollout', id: need.rollout.id },
      }
    case 'rollback-failed':
      return {
        mark: 'failed',
        sentence: `${need.patch} could not be taken back on ${devices(need.devices)} at ${need.client.name}`,
        evidence: `${hosts(need.hosts, need.devices)}. The version that failed is still there; a person has to look.`,
        reach: since(need.at),
        reachTone: 'fail',
        action: `Open ${run(need.rollout)}`,
        target: { page: 'rollout', id: need.rollout.id },
      }
    case 'second-person':
      return {
        mark: 'second-person',
        sentence: `${devices(need.devices)} at ${plural(need.clients, 'client', 'clients')} ${need.devices === 1 ? 'waits' : 'wait'} for a second person`,
        evidence: [
          `${need.askedBy} asked at ${formatTime(need.at, zone)} that they ${need.title}.`,
          need.reason && `${capital(need.reason).replace(/\.?$/, '.')}`,
        ]
          .filter(Boolean)
          .join(' '),
        reach: `ends ${formatTime(need.endsAt, zone)}`,
        reachTone: 'warn',
        action: `Review ${devices(need.devices)}`,
        target: { page: 'proposals', id: need.proposalId },
      }
    case 'exception-asked':
      return {
        mark: 'asking',
        sentence: `${need.client.name} asks that ${need.patch} stays off`,
        evidence: `${need.askedBy} asks it for ${plural(need.computers, 'computer', 'computers')}: ${need.reason.replace(/\.?$/, '.')}`,
        reach: `until ${sayDay(need.lastDay, now)}`,
        reachTone: need.isToday ? 'warn' : 'mute',
        action: 'Answer it',
        target: { page: 'exceptions', state: 'waiting', client: need.client.id },
      }
    case 'exception-ending':
      return {
        mark: 'missing',
        sentence: `An exception ends: ${need.patch} at ${need.client.name}`,
        evidence: `${need.owner} answers for it. After that day it is planned there as everywhere else; ask anew where it has to stay off.`,
        reach: `until ${sayDay(need.lastDay, now)}`,
        reachTone: need.isToday ? 'warn' : 'mute',
        action: 'See the exception',
        target: { page: 'exceptions', state: 'in-force', client: need.client.id },
      }
    case 'feedback':
      return {
        mark: 'failed',
        sentence: `${need.client.name} says that something broke after ${run(need.rollout)}`,
        evidence: `${need.by}: ${need.words.replace(/\.?$/, '.')}`,
        reach: since(need.at),
        reachTone: 'fail',
        action: `Open ${run(need.rollout)}`,
        target: { page: 'rollout', id: need.rollout.id },
      }
    case 'changes-stopped':
      return {
        mark: 'held',
        sentence: 'All changes are stopped',
        evidence: `${need.by} stopped them: ${need.reason.replace(/\.?$/, '.')} No device installs, takes back or fetches anything until somebody lets changes go on.`,
        reach: since(need.at),
        reachTone: 'warn',
        action: 'Open Company',
        target: { page: 'company' },
      }
    case 'meter-differs':
      return {
        mark: 'failed',
        sentence: `Stripe has another number of devices for ${formatMonth(need.month)}`,
        evidence: `Its meter has ${formatCount(need.meterDevices)}, the ledger ${formatCount(need.ledgerDevices)}. Ask us before the invoice is paid.`,
        reach: since(need.at),
        reachTone: 'warn',
        action: 'Open Billing',
        target: { page: 'billing', month: need.month },
      }
    case 'signing':
      return {
        mark: 'held',
        sentence: `Orders for ${devices(need.devices)} wait for a signature`,
        evidence:
          'No device begins anything new until then. Look after the worker and its signing key; its log says why.',
        reach: since(need.at),
        reachTone: 'fail',
        action: 'See the devices',
        target: { page: 'devices', client: undefined },
      }
    case 'past-due':
      return {
        mark: 'past-due',
        sentence: `${devices(need.devices)} ${need.devices === 1 ? 'is' : 'are'} past due${at(need.client)}`,
        evidence: 'A patch is missing past the date that the policy or a rule pack asks for.',
        reach: reachOf(need),
        reachTone: 'fail',
        action: `See ${formatCount(need.devices)} past due`,
        target: { page: 'devices', filter: 'past-due', client: need.client?.id },
      }
    case 'approvals':
      return {
        mark: 'asking',
        sentence:
          need.patches === 1 && need.patch
            ? `${need.patch.name} wants an approval, at ${plural(need.clients, 'client', 'clients')}`
            : `${plural(need.patches, 'patch wants', 'patches want')} an approval, at ${plural(need.clients, 'client', 'clients')}`,
        evidence: [
          need.cannotBeUndone > 0
            ? `${formatCount(need.cannotBeUndone)} cannot be undone everywhere.`
            : 'All can be undone.',
          need.firstDueAt
            ? need.firstDueAt <= now
              ? `First was due ${formatDateTime(need.firstDueAt, zone, now)}.`
              : `First due ${formatDateTime(need.firstDueAt, zone, now)}.`
            : '',
        ]
          .filter(Boolean)
          .join(' '),
        reach: `oldest ${formatAge(need.oldestAt, now)}`,
        reachTone: need.isToday ? 'warn' : 'mute',
        ...(need.patches === 1 && need.patch
          ? { action: 'Review 1', target: { page: 'patch', id: need.patch.id } }
          : { action: `Review ${formatCount(need.patches)}`, target: { page: 'patches', filter: 'wants' } }),
      }
    case 'missed-window':
      return {
        mark: 'missed-window',
        sentence: `${devices(need.devices)} missed the ${need.ringName} window at ${need.client.name}`,
        evidence: [
          `${hosts(need.hosts, need.devices)}.`,
          need.away > 0
            ? `${formatCount(need.away)} ${need.away === 1 ? 'was' : 'were'} not heard from.`
            : 'All were heard from.',
          need.catchesUp === 'at-once' ? 'They catch up at once by policy.' : 'They catch up at the next window.',
        ].join(' '),
        reach: `shut ${formatDateTime(need.shutAt, zone, now)}`,
        reachTone: 'mute',
        action: `See ${formatCount(need.devices)} in ${run(need.rollout)}`,
        target: { page: 'rollout', id: need.rollout.id },
      }
    case 'retry':
      return {
        mark: 'failed',
        sentence: `${devices(need.devices)} failed at ${need.client.name} and may be tried again`,
        evidence: `${formatList(need.patches, 3)} on ${hosts(need.hosts, need.devices)}. The gate counts on.`,
        reach: run(need.rollout),
        reachTone: 'mute',
        action: `See ${formatCount(need.devices)} failed`,
        target: { page: 'devices', filter: 'failed', client: need.client.id },
      }
    case 'silent':
      return {
        mark: 'no-data',
        sentence: `${devices(need.devices)} ${need.devices === 1 ? 'is' : 'are'} silent${at(need.client)}`,
        evidence: 'Three check-ins missed. After 72 hours they count as no data, never as compliant.',
        reach: reachOf(need),
        reachTone: 'mute',
        action: `See ${formatCount(need.devices)} silent`,
        target: { page: 'devices', filter: 'silent', client: need.client?.id },
      }
    case 'no-data':
      return {
        mark: 'no-data',
        sentence: `${devices(need.devices)} ${need.devices === 1 ? 'has' : 'have'} sent no data for more than 72 hours${at(need.client)}`,
        evidence: 'Counted as no data, never as compliant.',
        reach: reachOf(need),
        reachTone: 'mute',
        action: `See ${formatCount(need.devices)} without data`,
        target: { page: 'devices', filter: 'no-data', client: need.client?.id },
      }
    case 'no-test-device':
      return {
        mark: 'asking',
        sentence: `Choose at least one test device at ${need.client.name}`,
        evidence: `None of its ${devices(need.devices)} has the tag ${formatList(need.tags.map((tag) => `“${tag}”`))}. Until then no rollout starts there.`,
        reach: 'first task',
        reachTone: 'warn',
        action: `Choose at ${need.client.name}`,
        target: { page: 'devices', client: need.client.id },
      }
    case 'no-devices':
      return {
        mark: 'missing',
        sentence: `Enrol the first device at ${need.client.name}`,
        evidence: 'One command on the machine; it appears here within a minute.',
        reach: 'first task',
        reachTone: 'mute',
        action: 'Enrol a device',
        target: { page: 'enrolment', client: need.client.id },
      }
    case 'no-client':
      return {
        mark: 'missing',
        sentence: 'Add your first client',
        evidence: 'A client is a company whose computers you keep patched. Devices and rollouts stand below it.',
        reach: 'first task',
        reachTone: 'mute',
        action: 'Add a client',
        target: { page: 'clients' },
      }
  }
}

function takenBackWords(back: { done: number; of: number; offline: number; impossible: number }): string {
  if (back.of === 0) return 'It was installed nowhere.'
  const open = back.of - back.done - back.offline - back.impossible
  const rest = [
    open > 0 ? `${formatCount(open)} under way` : '',
    back.offline > 0 ? `${formatCount(back.offline)} ${back.offline === 1 ? 'is' : 'are'} offline` : '',
    back.impossible > 0 ? `${formatCount(back.impossible)} could not be` : '',
  ].filter(Boolean)
  const head =
    back.done === back.of
      ? `Rolled back on ${formatCount(back.done)}`
      : `Rolled back on ${formatOf(back.done, back.of)}`
  return rest.length > 0 ? `${head}; ${rest.join(', ')}.` : `${head}, proved by re-scan.`
}

const at = (client: { name: string } | null) => (client ? ` at ${client.name}` : '')
const reachOf = (need: { clients: number }) => plural(need.clients, 'client', 'clients')
const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)
