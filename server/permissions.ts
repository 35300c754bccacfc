/** One vocabulary: the permission, the audit action and the metric. */
export const actions = [
  'overview:read',
  'client:read',
  'client:create',
  'device:read',
  'device:scan',
  'device:patch-now',
  'device:retry',
  'device:tag',
  'patch:read',
  'patch:approve',
  'patch:reject',
  'patch:defer',
  'patch:withdraw-decision',
  'hold:read',
  'hold:set',
  'hold:lift',
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
  'enrolment:read',
  'enrolment:create-token',
  'enrolment:revoke-token',
  'member:add',
  'audit:read',
  // What only Patchward itself does: stage, open and judge rings, finish; make an MSP.
  'rollout:run',
  'msp:create',
] as const
export type Action = (typeof actions)[number]
/** Never given to a person. */
const systemActions: ReadonlySet<Action> = new Set<Action>(['rollout:run', 'msp:create'])
export const personActions: readonly Action[] = actions.filter((action) => !systemActions.has(action))

export const roles = ['owner', 'technician', 'read-only'] as const
export type Role = (typeof roles)[number]

const reads = personActions.filter((action) => action.endsWith(':read'))

/** What each role may do; `permissions.golden.txt` shows it, so that a change is a visible diff. */
export const permissionsOf: Record<Role, ReadonlySet<Action>> = {
  owner: new Set(personActions),
  technician: new Set(personActions.filter((action) => action !== 'client:create' && action !== 'member:add')),
  'read-only': new Set(reads),
}

/** Why a person may not: the sentence beside a disabled button. */
export function missingPermission(action: Action): string {
  return `This needs the right “${action.replace(':', ': ').replaceAll('-', ' ')}”. Ask your owner.`
}
