/** One vocabulary: the permission and the audit action. */
export const actions = [
  'overview:read',
  'client:read',
  'client:create',
  'client:change',
  'client:set-rule-packs',
  'client:archive',
  'client:restore',
  'client:export',
  'client:erase',
  'client:cancel-erasure',
  'client-group:create',
  'client-group:change',
  'client-group:delete',
  'site:add',
  'site:rename',
  'site:remove',
  'device:read',
  'device:scan',
  'device:patch-now',
  'device:retry',
  'device:tag',
  'device:move',
  'device:retire',
  'patch:read',
  'patch:approve',
  'patch:reject',
  'patch:defer',
  'patch:withdraw-decision',
  'hold:read',
  'hold:set',
  'hold:lift',
  'exception:read',
  'exception:ask',
  'exception:answer',
  'exception:end',
  'consent:ask',
  'consent:end',
  'policy:read',
  'policy:save',
  'rollout:read',
  'rollout:start',
  'rollout:pause',
  'rollout:resume',
  'rollout:promote',
  'rollout:abort',
  'rollout:roll-back',
  'rollout:confirm-gate',
  'rollout:approve-production',
  'rollout:see-feedback',
  'proposal:read',
  'proposal:make',
  'proposal:confirm',
  'proposal:reject',
  'proposal:withdraw',
  'enrolment:read',
  'enrolment:create-token',
  'enrolment:revoke-token',
  'member:read',
  'member:add',
  'member:invite',
  'member:revoke-invitation',
  'member:change',
  'member:suspend',
  'member:restore',
  'member:remove',
  'member:reset-factors',
  'api-key:read',
  'api-key:create',
  'api-key:revoke',
  'audit:read',
  'audit:export',
  'changes:stop',
  'changes:resume',
  'msp:save-settings',
  'msp:set-manager-factors',
  'msp:transfer',
  'billing:read',
  'billing:subscribe',
  'billing:open-portal',
  'billing:cancel',
  'billing:reactivate',
  'report:read',
  'report:send',
  'report:stop',
  'report:correct',
  'portal:read',
  'portal:ask-exception',
  'portal:answer-exception',
  'portal:answer-consent',
  'portal:give-feedback',
  // What only Patchward itself does: stage, open and judge rings, finish; make an MSP; say by which key orders are signed.
  'rollout:run',
  'msp:create',
  'client:complete-erasure',
  'enrolment:publish-key',
  'enrolment:retire-key',
  'report:freeze',
  'billing:follow',
  'report:mail',
] as const
export type Action = (typeof actions)[number]
/** Never given to a person. `proposal:make` stands in the log in place of the verb whose right they used: no door asks for it. */
const withoutHolder: ReadonlySet<Action> = new Set<Action>([
  'proposal:make',
  'rollout:run',
  'msp:create',
  'client:complete-erasure',
  'enrolment:publish-key',
  'enrolment:retire-key',
  'report:freeze',
  'billing:follow',
  'report:mail',
])
export const personActions: readonly Action[] = actions.filter((action) => !withoutHolder.has(action))

/** What people do to their own way in: everybody may, about themselves only; the log of each of their MSPs tells it. */
export const accountActions = [
  'session:begin',
  'session:refuse',
  'session:end',
  'session:step-up',
  'password:change',
  'factor:add',
  'factor:remove',
] as const
export type AccountAction = (typeof accountActions)[number]

export const roles = ['owner', 'admin', 'approver', 'technician', 'billing', 'read-only', 'client-manager'] as const
export type Role = (typeof roles)[number]

/** A client manager's page is another product, in plain words; nobody of the MSP needs the right to it. */
const ofPortal: readonly Action[] = [
  'portal:read',
  'portal:ask-exception',
  'portal:answer-exception',
  'portal:answer-consent',
  'portal:give-feedback',
]
const ofMsp = personActions.filter((action) => !ofPortal.includes(action))
/** What the company pays: its owners', its admins' and who looks after the money. */
const ofMoney: readonly Action[] = [
  'billing:read',
  'billing:subscribe',
  'billing:open-portal',
  'billing:cancel',
  'billing:reactivate',
]
const reads = ofMsp.filter((action) => action.endsWith(':read') && !ofMoney.includes(action))
/** People, money and settings of the MSP, and which clients there are: not a technician's. */
const ofAdmins = ofMsp.filter(
  (action) => /^(member|msp|client|client-group):/.test(action) && !action.endsWith(':read'),
)
/** Who has the company, and how its clients' people come in. */
const ofOwners: readonly Action[] = ['msp:transfer', 'msp:set-manager-factors']
const ofTechnicians = ofMsp.filter(
  (action) =>
    !ofAdmins.includes(action) &&
    !ofMoney.includes(action) &&
    !['audit:export', 'rollout:approve-production', 'proposal:confirm', 'proposal:reject', 'changes:resume'].includes(
      action,
    ),
)

/** What each role may do; `permissions.golden.txt` shows it, so that a change is a visible diff. */
export const permissionsOf: Record<Role, ReadonlySet<Action>> = {
  owner: new Set(ofMsp),
  admin: new Set(ofMsp.filter((action) => !ofOwners.includes(action))),
  approver: new Set([
    ...ofTechnicians,
    'rollout:approve-production',
    'proposal:confirm',
    'proposal:reject',
    'changes:resume',
  ]),
  technician: new Set(ofTechnicians),
  billing: new Set([...ofMoney, 'overview:read', 'client:read', 'device:read', 'audit:read']),
  'read-only': new Set(reads),
  'client-manager': new Set(ofPortal),
}

/** What a person proves anew who they are for, unless they did in the last `stepUpMs`. */
export const stepUpActions: ReadonlySet<Action> = new Set<Action>([
  'device:retire',
  'policy:save',
  'rollout:approve-production',
  'proposal:confirm',
  'member:invite',
  'member:change',
  'member:suspend',
  'member:remove',
  'member:reset-factors',
  'api-key:create',
  'client:archive',
  'client:export',
  'client:erase',
  // Stopping must be quick; going on is what somebody who took over a session would want.
  'changes:resume',
  'msp:save-settings',
  'msp:set-manager-factors',
  'msp:transfer',
  'billing:subscribe',
  'billing:open-portal',
  'billing:cancel',
  'billing:reactivate',
])
export const stepUpMs = 10 * 60_000

/** May a person with these rights give this role away? Nobody grants more than they have. The portal is everybody's to give who invites. */
export function mayGrant(own: ReadonlySet<Action>, role: Role): boolean {
  return [...permissionsOf[role]].every((action) => own.has(action) || ofPortal.includes(action))
}

/** Why a person may not: the sentence beside a disabled button. */
export function missingPermission(action: Action): string {
  return `This needs the right “${action.replace(':', ': ').replaceAll('-', ' ')}”. Ask your owner.`
}
