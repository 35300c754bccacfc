/** What was done, as a person would say it; an action without a word here reads as its own name. */
const words: Record<string, string> = {
  'msp:create': 'MSP made',
  'client:create': 'Client made',
  'device:scan': 'Scan ordered',
  'device:patch-now': 'Patch now',
  'device:retry': 'Tried again',
  'device:tag': 'Tags changed',
  'patch:approve': 'Patch approved',
  'patch:reject': 'Patch rejected',
  'patch:defer': 'Patch deferred',
  'patch:withdraw-decision': 'Decision withdrawn',
  'hold:set': 'Hold set',
  'hold:lift': 'Hold lifted',
  'policy:save': 'Policy saved',
  'rollout:start': 'Rollout started',
  'rollout:pause': 'Rollout paused',
  'rollout:resume': 'Rollout resumed',
  'rollout:promote': 'Ring promoted',
  'rollout:abort': 'Rollout aborted',
  'rollout:roll-back': 'Patch taken back',
  'rollout:confirm-gate': 'Gate confirmed',
  'rollout:run': 'Rollout moved on',
  'enrolment:create-token': 'Token made',
  'enrolment:revoke-token': 'Token revoked',
  'member:add': 'Member added',
}

export function actionWord(action: string): string {
  return words[action] ?? action.replace(':', ', ').replaceAll('-', ' ')
}

/** One changed value: numbers and words as they are, lists by comma, anything deeper as JSON. */
export function valueWord(value: unknown): string {
  if (value === null || value === undefined || value === '') return 'none'
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (Array.isArray(value) && value.every((each) => typeof each !== 'object')) return value.join(', ')
  return JSON.stringify(value, null, 2)
}

/** "policyVersion" as "policy version". */
export function nameWord(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
}
