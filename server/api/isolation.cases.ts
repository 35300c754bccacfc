import { standardPolicy } from '../policies/rules.ts'
import type { ClientIds, State, Versions, World } from './isolation.world.ts'

/**
 * What the isolation sweep asks of every procedure. HOW TO ADD YOURS: one line per procedure, keyed by its path in the router.
 *   reads: `'devices.get': { input: ({ deviceId }) => ({ deviceId }) }`, lists of the whole MSP: `'devices.list': { input: () => ({}), isList: true }`
 *   verbs: the same; add `state` where the verb needs things to stand otherwise than `made`, `answers` where a role differs from the
 *   rule below.
 * `input` is made from the ids of one client (add yours to `ClientIds` and make the thing in `isolation.world.ts`). The sweep calls it
 *   as nobody (UNAUTHORIZED), as a member of another MSP in this MSP (NOT_FOUND) and in their own with these ids (NOT_FOUND, the same
 *   words as for ids that never were), as a technician of another client (the same), and, with their own ids, as read-only (reads: ok,
 *   verbs: FORBIDDEN), technician and owner (ok, which is success and nothing else: the login of the console may do what its people do).
 * `isList`: takes no id that must exist; outsiders get their own answer, in which nothing of others may stand.
 * In no answer may a name or an id stand that belongs to a client the caller may not see: the sweep reads the raw bytes.
 */
export interface Case {
  input: (ids: ClientIds, versions: Versions) => unknown
  isList?: boolean
  /** How things stand at the client when somebody who may do it does it. */
  state?: State
  answers?: Partial<Record<keyof World['people'], Answer>>
}
/** `ok`: succeeds. Else the code of the refusal. */
export type Answer = 'ok' | 'FORBIDDEN' | 'NOT_FOUND' | 'PRECONDITION_FAILED'

const nothing = () => undefined
/** People, money and settings of the MSP are no technician's; who has no right is not told whether a thing is there. */
const onlyAdmins = { technician: 'FORBIDDEN', otherClient: 'FORBIDDEN' } as const
/** What reaches all clients is for who sees them all: neither of these two. */
const onlyWhole = { technician: 'FORBIDDEN', otherClient: 'FORBIDDEN' } as const
/** Without keys of Stripe whoever may pay reads that nobody is asked for money. */
const unpaid = { ...onlyWhole, owner: 'PRECONDITION_FAILED', otherMsp: 'PRECONDITION_FAILED' } as const
const toStripe = () => ({ returnPath: '/m/own-msp/settings/billing' })
/** The portal is for the manager of a client, who is none of these. */
const onlyManager: Case['answers'] = {
  ...{ owner: 'FORBIDDEN', technician: 'FORBIDDEN', readOnly: 'FORBIDDEN' },
  ...{ otherClient: 'FORBIDDEN', otherMsp: 'FORBIDDEN' },
}
let made = 0
/** A month that nobody asked to count again yet. */
const nextMonth = () => `20${10 + (Math.floor(made / 12) % 15)}-${String((made++ % 12) + 1).padStart(2, '0')}`
const askForDevice: Case['input'] = ({ clientId, patchId, deviceId }) => ({
  ...askFor(clientId, patchId),
  reach: { kind: 'device', deviceId },
})
const askFor = (clientId: string, patchId: string) => ({
  ...{ clientId, patchId, reach: { kind: 'client' }, reason: 'A test', owner: 'A test', measure: 'A test' },
  lastDay: new Date(Date.now() + 7 * 86_400_000).toISOString().slice(0, 10),
})

export const cases: Record<string, Case> = {
  'apiKeys.create': {
    input: ({ clientId }) => ({ name: 'A key', actions: ['client:read'], clients: [clientId], days: 1 }),
  },
  'apiKeys.list': { input: () => ({}), isList: true },
  'apiKeys.revoke': { input: ({ keyId }) => ({ keyId }) },
  'audit.chain': { input: nothing, isList: true },
  'audit.list': { input: ({ clientId }) => ({ clientId }) },
  'billing.cancel': { input: nothing, isList: true, answers: unpaid },
  'billing.get': { input: () => ({}), isList: true, answers: { ...onlyWhole, readOnly: 'FORBIDDEN' } },
  'billing.openPortal': { input: toStripe, isList: true, answers: unpaid },
  'billing.reactivate': { input: nothing, isList: true, answers: unpaid },
  'billing.subscribe': { input: toStripe, isList: true, answers: unpaid },
  'billing.subscription': { input: nothing, isList: true, answers: { ...onlyWhole, readOnly: 'FORBIDDEN' } },
  'changes.get': { input: nothing, isList: true },
  'changes.resume': {
    input: () => ({ reason: 'A test' }),
    isList: true,
    state: 'all stopped',
    // Nobody stopped them at the other MSP.
    answers: { ...onlyWhole, otherMsp: 'PRECONDITION_FAILED' },
  },
  'changes.stop': { input: () => ({ reason: 'A test' }), isList: true, answers: onlyWhole },
  'clients.create': {
    input: () => ({ name: `New client ${made++}`, timeZone: 'Europe/Berlin' }),
    isList: true,
    answers: { technician: 'FORBIDDEN', otherClient: 'FORBIDDEN' },
  },
  'clientGroups.change': {
    input: ({ groupId, clientId }) => ({ groupId, name: `Group ${made++}`, clientIds: [clientId] }),
    answers: onlyAdmins,
  },
  'clientGroups.create': {
    input: ({ clientId }) => ({ name: `New group ${made++}`, clientIds: [clientId] }),
    answers: onlyAdmins,
  },
  'clientGroups.delete': { input: ({ groupId }) => ({ groupId }), answers: onlyAdmins },
  'clientGroups.list': { input: nothing, isList: true },
  'clients.archive': { input: ({ clientId }) => ({ clientId, abortRollouts: 1 }), answers: onlyAdmins },
  'clients.archived': { input: nothing, isList: true },
  'clients.cancelErasure': { input: ({ clientId }) => ({ clientId }), state: 'erasing', answers: onlyAdmins },
  'clients.change': {
    input: ({ clientId }) => ({ clientId, name: 'canary-own-first', timeZone: 'Europe/Berlin' }),
    answers: onlyAdmins,
  },
  'clients.checkExport': { input: ({ clientId }) => ({ clientId }), answers: onlyAdmins },
  'clients.erase': {
    input: ({ clientId }) => ({ clientId, name: 'canary-own-first', reason: 'A test' }),
    state: 'archived',
    answers: onlyAdmins,
  },
  'clients.get': { input: ({ clientId }) => ({ clientId }) },
  'clients.leftDevice': { input: ({ clientId, deviceId }) => ({ clientId, deviceId }) },
  'clients.list': { input: nothing, isList: true },
  'clients.places': { input: nothing, isList: true },
  'clients.setRulePacks': {
    input: ({ clientId }) => ({ clientId, packIds: ['cyber-essentials'] }),
    answers: onlyAdmins,
  },
  'clients.restore': { input: ({ clientId }) => ({ clientId }), state: 'archived', answers: onlyAdmins },
  'devices.get': { input: ({ deviceId }) => ({ deviceId }) },
  'devices.list': { input: () => ({}), isList: true },
  // To where it is already: the sentence of that.
  'devices.move': {
    input: ({ deviceId, clientId, siteId }) => ({ deviceId, clientId, siteId }),
    answers: { technician: 'PRECONDITION_FAILED', owner: 'PRECONDITION_FAILED' },
  },
  'devices.patchNow': { input: ({ deviceId }) => ({ deviceId }), state: 'outside the window' },
  'devices.retire': { input: ({ deviceId }) => ({ deviceId }) },
  'devices.retry': { input: ({ deviceId, patchId }) => ({ deviceId, patchId }), state: 'failed' },
  'devices.scan': { input: ({ deviceId }) => ({ deviceId }) },
  'devices.tag': { input: ({ deviceId }) => ({ deviceId, tags: ['test'] }) },
  'enrolment.create': { input: ({ clientId, siteId }) => ({ clientId, siteId }) },
  'enrolment.list': { input: () => ({}), isList: true },
  'enrolment.revoke': { input: ({ tokenId }) => ({ tokenId }) },
  'enrolment.sites': { input: nothing, isList: true },
  'consents.ask': {
    input: ({ clientId, patchId }) => ({ clientId, patchId, reason: 'A test', plan: 'A test' }),
    state: 'not begun',
  },
  'consents.end': { input: ({ consentId }) => ({ consentId, reason: 'A test' }) },
  'exceptions.answer': { input: ({ exceptionId }) => ({ exceptionId, answer: 'accepted' }) },
  'exceptions.ask': { input: ({ clientId, patchId }) => askFor(clientId, patchId) },
  'exceptions.end': { input: ({ exceptionId }) => ({ exceptionId, reason: 'A test' }) },
  'exceptions.list': { input: () => ({ state: 'waiting' }), isList: true },
  'holds.lift': { input: ({ holdId }) => ({ holdId, reason: 'A test' }) },
  'holds.list': { input: () => ({}), isList: true },
  'holds.set': { input: ({ patchId, clientId }) => ({ patchId, clients: [clientId], reason: 'A test' }) },
  'members.change': {
    input: ({ memberId, clientId }) => ({ userId: memberId, role: 'client-manager', clients: [clientId] }),
    answers: onlyAdmins,
  },
  'members.invite': {
    input: ({ clientId }) => ({
      name: 'A guest',
      email: `guest-${made++}@example.org`,
      role: 'client-manager',
      clients: [clientId],
    }),
    answers: onlyAdmins,
  },
  'members.list': { input: nothing, isList: true },
  'members.remove': { input: ({ memberId }) => ({ userId: memberId, reason: 'A test' }), answers: onlyAdmins },
  'members.resendInvitation': { input: ({ invitationId }) => ({ invitationId }), answers: onlyAdmins },
  'members.resetFactors': {
    input: ({ colleagueId }) => ({ userId: colleagueId, reason: 'A test' }),
    answers: onlyAdmins,
  },
  'members.restore': { input: ({ memberId }) => ({ userId: memberId }), state: 'suspended', answers: onlyAdmins },
  'members.revokeInvitation': { input: ({ invitationId }) => ({ invitationId }), answers: onlyAdmins },
  'members.suspend': { input: ({ colleagueId }) => ({ userId: colleagueId, reason: 'A test' }), answers: onlyAdmins },
  'members.transferOwnership': {
    input: ({ colleagueId }) => ({ userId: colleagueId, companyName: 'Own msp' }),
    answers: onlyAdmins,
  },
  'needs.count': { input: nothing, isList: true },
  'overview.get': { input: nothing, isList: true },
  'patches.decide': { input: ({ patchId, clientId }) => ({ patchId, clients: [clientId], kind: 'approve' }) },
  'patches.devices': { input: ({ patchId, clientId }) => ({ patchId, clientId }) },
  'patches.get': { input: ({ patchId }) => ({ patchId }) },
  'patches.list': { input: () => ({ filter: 'all' }), isList: true },
  'patches.withdrawDecision': { input: ({ decisionId }) => ({ decisionId, reason: 'A test' }) },
  'policies.get': { input: ({ clientId }) => ({ clientId }) },
  'policies.list': { input: nothing, isList: true },
  'policies.save': {
    input: ({ clientId }, { own }) => ({ clientId, basedOnVersion: own, document: { dueDays: 10 } }),
  },
  'proposals.confirm': {
    input: ({ proposalId }, { shown }) => ({ proposalId, devices: 2, shown }),
    answers: { technician: 'FORBIDDEN' },
  },
  'proposals.list': { input: nothing, isList: true },
  'proposals.reject': {
    input: ({ proposalId }) => ({ proposalId, reason: 'A test' }),
    answers: { technician: 'FORBIDDEN' },
  },
  // Only who made it may withdraw it; everybody else reads that sentence.
  'proposals.withdraw': {
    input: ({ proposalId }) => ({ proposalId }),
    answers: { technician: 'PRECONDITION_FAILED', owner: 'PRECONDITION_FAILED' },
  },
  'portal.answerConsent': { input: ({ consentId }) => ({ consentId, answer: 'yes' }), answers: onlyManager },
  'portal.answerException': {
    input: ({ ownExceptionId }) => ({ exceptionId: ownExceptionId, answer: 'accepted' }),
    answers: onlyManager,
  },
  'portal.askChoices': { input: ({ clientId }) => ({ clientId }), answers: onlyManager },
  'portal.askException': { input: ({ clientId, patchId }) => askFor(clientId, patchId), answers: onlyManager },
  'portal.get': {
    input: () => ({}),
    isList: true,
    answers: onlyManager,
  },
  'portal.giveFeedback': {
    input: ({ rolloutId }) => ({ rolloutId, isBroken: true, words: 'A test' }),
    state: 'installed',
    answers: onlyManager,
  },
  'portal.report': { input: () => ({}), isList: true, answers: onlyManager },
  'reports.correct': { input: ({ clientId }) => ({ clientId, month: nextMonth(), reason: 'A test' }) },
  'reports.countMissing': { input: () => ({ month: '2024-08' }), isList: true },
  'reports.delivery': { input: ({ reportId }) => ({ reportId }) },
  'reports.resend': { input: ({ reportId }) => ({ reportId }) },
  // Of several, one that was sent meanwhile is named and refuses nothing.
  'reports.rows': { input: ({ reportId }) => ({ reportId }) },
  'reports.send': { input: ({ unsentReportId, reportId }) => ({ reportIds: [unsentReportId, reportId] }) },
  'reports.stop': { input: () => ({ month: '2024-08' }), isList: true },
  'reports.get': { input: ({ reportId }) => ({ reportId }) },
  'reports.list': { input: ({ clientId }) => ({ clientId }) },
  'rollouts.abort': { input: ({ rolloutId }) => ({ rolloutId, reason: 'A test' }) },
  'rollouts.choices': { input: ({ clientId, patchId }) => ({ clientId, patchIds: [patchId] }) },
  'rollouts.confirmGate': {
    input: ({ rolloutId, patchId }) => ({ rolloutId, patchId, position: 0, answer: 'go-on', reason: 'A test' }),
    state: 'asking',
  },
  'rollouts.devices': { input: ({ rolloutId }) => ({ rolloutId, view: 'all' }) },
  'rollouts.feedback': { input: ({ rolloutId }) => ({ rolloutId }) },
  'rollouts.get': { input: ({ rolloutId }) => ({ rolloutId }) },
  'rollouts.list': { input: ({ clientId }) => ({ clientId }), isList: true },
  'rollouts.pause': { input: ({ rolloutId }) => ({ rolloutId, reason: 'A test' }) },
  'rollouts.promote': { input: ({ rolloutId }) => ({ rolloutId, position: 0, reason: 'A test' }), state: 'soaking' },
  'rollouts.resume': { input: ({ rolloutId }) => ({ rolloutId, reason: 'A test' }), state: 'paused' },
  'rollouts.rollBack': {
    input: ({ rolloutId, patchId }) => ({ rolloutId, patchIds: [patchId], reason: 'A test' }),
    state: 'installed',
  },
  'rollouts.seeFeedback': { input: ({ rolloutId }) => ({ rolloutId }), state: 'told' },
  'rollouts.start': { input: ({ clientId }) => ({ clientId }), state: 'not begun' },
  'rollouts.timeline': { input: ({ rolloutId }) => ({ rolloutId }) },
  // The word in every name of every client: what a technician may not see must not come up.
  'search.everything': { input: () => ({ text: 'canary' }), isList: true },
  'session.counts': { input: nothing, isList: true },
  'session.get': { input: nothing, isList: true },
  'settings.addDirectory': {
    input: () => ({ provider: 'google', tenant: `directory-${made++}.example` }),
    isList: true,
    answers: onlyAdmins,
  },
  'settings.get': { input: nothing, isList: true },
  // Nobody has this one on their list, whoever asks.
  'settings.removeDirectory': {
    input: () => ({ provider: 'google', tenant: 'nowhere.example' }),
    isList: true,
    answers: { ...onlyAdmins, owner: 'NOT_FOUND', admin: 'NOT_FOUND', otherMsp: 'NOT_FOUND' },
  },
  'settings.saveLogo': { input: () => ({ png: null }), isList: true, answers: onlyWhole },
  'settings.saveReports': {
    input: () => ({ sendAfterDays: made++ % 60, accent: null }),
    isList: true,
    answers: onlyWhole,
  },
  'settings.save': {
    input: () => ({ secondPersonDevices: 50, devicesPerHour: 500 }),
    isList: true,
    answers: onlyAdmins,
  },
  'settings.setManagerFactors': {
    input: () => ({ managersNeedFactor: true }),
    isList: true,
    answers: { ...onlyAdmins, admin: 'FORBIDDEN' },
  },
  'sites.add': { input: ({ clientId }) => ({ clientId, name: `New site ${made++}` }) },
  // It has devices: the sentence of that.
  'sites.remove': {
    input: ({ siteId }) => ({ siteId }),
    answers: { technician: 'PRECONDITION_FAILED', owner: 'PRECONDITION_FAILED' },
  },
  'sites.rename': { input: ({ siteId }) => ({ siteId, name: `Site ${made++}` }) },
}

/** A second call of a procedure whose input has more than one form; keyed `<path> <what differs>`. */
export const furtherCases: Record<string, Case> = {
  'audit.list everything': { input: () => ({}), isList: true },
  'exceptions.ask for one device': { input: askForDevice },
  'portal.askException for one device': { input: askForDevice, answers: onlyManager },
  'exceptions.list over': { input: () => ({ state: 'over' }), isList: true },
  'exceptions.list of a client': { input: ({ clientId }) => ({ clientId }), isList: true },
  'holds.list everything': { input: () => ({}), isList: true },
  'holds.list lifted': { input: () => ({ state: 'lifted' }), isList: true },
  'patches.list approved': { input: () => ({ filter: 'approved' }), isList: true },
  'rollouts.start with chosen patches': {
    input: ({ clientId, patchId }) => ({ clientId, patchIds: [patchId] }),
    state: 'not begun',
  },
  'rollouts.confirmGate with no': {
    input: ({ rolloutId, patchId }) => ({ rolloutId, patchId, position: 0, answer: 'stop', reason: 'A test' }),
    state: 'asking',
  },
  'patches.list held': { input: () => ({ filter: 'held' }), isList: true },
  'patches.list past': { input: () => ({ filter: 'past' }), isList: true },
  'patches.list rejected': { input: () => ({ filter: 'rejected' }), isList: true },
  'search.everything of a hidden name': { input: () => ({ text: 'canary-own-second' }), isList: true },
  'search.everything by a number': { input: () => ({ text: '1' }), isList: true },
  'reports.list everything': { input: () => ({}), isList: true },
  'rollouts.list everything': { input: () => ({}), isList: true },
  'holds.list of a client': { input: ({ clientId }) => ({ clientId }), isList: true },
  'devices.list of a client': { input: ({ clientId }) => ({ client: clientId }), isList: true },
  'enrolment.list of a client': { input: ({ clientId }) => ({ clientId }), isList: true },
  'patches.decide for one device': {
    input: ({ patchId, clientId, deviceId }) => ({ patchId, clients: [clientId], deviceId, kind: 'approve' }),
  },
  'holds.set for a group': {
    input: ({ patchId, clientId, groupId }) => ({ patchId, clients: [clientId], groupId, reason: 'A test' }),
  },
  'patches.decide for a group': {
    input: ({ patchId, clientId, groupId }) => ({ patchId, clients: [clientId], groupId, kind: 'approve' }),
  },
  'policies.get the standard': { input: () => ({ clientId: null }), isList: true },
  'policies.save the standard': {
    input: (_, { standard }) => ({ clientId: null, basedOnVersion: standard, document: standardPolicy }),
    isList: true,
    answers: { technician: 'FORBIDDEN', otherClient: 'FORBIDDEN' },
  },
}
