/** What was done, and what somebody tried and may not, as a person would say it. */
const words: Record<string, readonly [done: string, tried: string]> = {
  'overview:read': ['Overview read', 'read the overview'],
  'client:read': ['Clients read', 'read the clients'],
  'client:create': ['Client made', 'make a client'],
  'client:change': ['Client changed', 'change a client'],
  'client:set-rule-packs': ['Rule packs of a client changed', 'change the rule packs of a client'],
  'client:archive': ['Client archived', 'archive a client'],
  'client:restore': ['Client restored', 'restore a client'],
  'client:export': ['Client exported', 'export a client'],
  'client:erase': ['Erasure of a client begun', 'erase a client'],
  'client:cancel-erasure': ['Erasure of a client called off', 'call off the erasure of a client'],
  'client:complete-erasure': ['Client erased', 'finish the erasure of a client'],
  'client-group:create': ['Group of clients made', 'make a group of clients'],
  'client-group:change': ['Group of clients changed', 'change a group of clients'],
  'client-group:delete': ['Group of clients deleted', 'delete a group of clients'],
  'site:add': ['Site added', 'add a site'],
  'site:rename': ['Site renamed', 'rename a site'],
  'site:remove': ['Site removed', 'remove a site'],
  'device:read': ['Devices read', 'read the devices'],
  'device:scan': ['Scan ordered', 'order a scan'],
  'device:patch-now': ['Patch now', 'patch a device now'],
  'device:retry': ['Tried again', 'try a patch again'],
  'device:move': ['Device moved', 'move a device to another client'],
  'device:retire': ['Device retired', 'retire a device'],
  'device:tag': ['Tags changed', 'change the tags of a device'],
  'patch:read': ['Patches read', 'read the patches'],
  'patch:approve': ['Patch approved', 'approve a patch'],
  'patch:reject': ['Patch rejected', 'reject a patch'],
  'patch:defer': ['Patch deferred', 'defer a patch'],
  'patch:withdraw-decision': ['Decision withdrawn', 'withdraw a decision'],
  'hold:read': ['Holds read', 'read the holds'],
  'hold:set': ['Hold set', 'set a hold'],
  'hold:lift': ['Hold lifted', 'lift a hold'],
  'exception:read': ['Exceptions read', 'read the exceptions'],
  'exception:ask': ['Exception asked for', 'ask for an exception'],
  'exception:answer': ['Exception of a client answered', 'answer an exception'],
  'exception:end': ['Exception ended', 'end an exception'],
  'policy:read': ['Policies read', 'read the policies'],
  'policy:save': ['Policy saved', 'save a policy'],
  'rollout:read': ['Rollouts read', 'read the rollouts'],
  'rollout:start': ['Rollout started', 'start a rollout'],
  'rollout:pause': ['Rollout paused', 'pause a rollout'],
  'rollout:resume': ['Rollout resumed', 'resume a rollout'],
  'rollout:promote': ['Ring promoted', 'promote a ring'],
  'rollout:abort': ['Rollout aborted', 'abort a rollout'],
  'rollout:roll-back': ['Patch taken back', 'take a patch back'],
  'rollout:confirm-gate': ['Gate confirmed', 'confirm a gate'],
  'rollout:approve-production': ['Production approved', 'approve Production'],
  'rollout:see-feedback': ['Feedback of a client seen to', 'see to the feedback of a client'],
  'rollout:run': ['Rollout moved on', 'move a rollout on'],
  'report:read': ['Reports read', 'read the reports'],
  'report:send': ['Monthly report sent', 'send a monthly report'],
  'report:correct': ['Monthly report to be counted again', 'have a month counted again'],
  'report:mail': ['Mail about a report taken', 'mail about a report'],
  'report:freeze': ['Monthly report frozen', 'freeze a monthly report'],
  'proposal:read': ['Proposals read', 'read the proposals'],
  'proposal:make': ['Second person asked', 'ask a second person'],
  'proposal:confirm': ['Proposal confirmed', 'confirm a proposal'],
  'proposal:reject': ['Proposal rejected', 'reject a proposal'],
  'proposal:withdraw': ['Proposal withdrawn', 'withdraw a proposal'],
  'enrolment:read': ['Tokens read', 'read the enrolment tokens'],
  'enrolment:create-token': ['Token made', 'make an enrolment token'],
  'enrolment:revoke-token': ['Token revoked', 'revoke an enrolment token'],
  'enrolment:publish-key': ['Signing key published', 'publish a signing key'],
  'enrolment:retire-key': ['Signing key retired', 'retire a signing key'],
  'billing:read': ['Bill read', 'read the bill'],
  'billing:subscribe': ['Checkout opened', 'open the Checkout'],
  'billing:open-portal': ['Payment details opened', 'open the payment details'],
  'billing:cancel': ['Subscription cancelled', 'cancel the subscription'],
  'billing:reactivate': ['Subscription goes on', 'let the subscription go on'],
  'billing:follow': ['Subscription changed at Stripe', 'follow the subscription'],
  'member:read': ['People read', 'read the people'],
  'member:add': ['Member added', 'add a member'],
  'member:invite': ['Person invited', 'invite a person'],
  'member:revoke-invitation': ['Invitation revoked', 'revoke an invitation'],
  'member:change': ['Role changed', 'change a role'],
  'member:suspend': ['Person suspended', 'suspend a person'],
  'member:restore': ['Person let in again', 'let a person in again'],
  'member:remove': ['Person removed', 'remove a person'],
  'member:reset-factors': ['Second factor reset', 'reset a second factor'],
  'api-key:read': ['API keys read', 'read the API keys'],
  'api-key:create': ['API key made', 'make an API key'],
  'api-key:revoke': ['API key revoked', 'revoke an API key'],
  'audit:read': ['Audit log read', 'read the audit log'],
  'audit:export': ['Audit log exported', 'export the audit log'],
  'changes:stop': ['All changes stopped', 'stop all changes'],
  'changes:resume': ['Changes let go on', 'let changes go on'],
  'msp:create': ['MSP made', 'make an MSP'],
  'msp:save-settings': ['Settings saved', 'save the settings'],
  'msp:transfer': ['Ownership transferred', 'transfer the ownership'],
  'portal:ask-exception': ['Exception asked for by the client', 'ask for an exception in the portal'],
  'portal:answer-exception': ['Exception answered by the client', 'sign off an exception in the portal'],
  'portal:give-feedback': ['Feedback given', 'say how a patch night went'],
  'portal:read': ['Portal read', 'read the portal'],
  'session:begin': ['Signed in', 'sign in'],
  'session:refuse': ['Sign-in refused', 'sign in'],
  'session:end': ['Signed out', 'sign out'],
  'session:step-up': ['Proved again who they are', 'prove who they are'],
  'password:change': ['Password changed', 'change a password'],
  'factor:add': ['Second factor added', 'add a second factor'],
  'factor:remove': ['Second factor removed', 'remove a second factor'],
}

/** An action without words here reads as its own name. */
const plain = (action: string) => action.replace(':', ', ').replaceAll('-', ' ')

/** "Rollout paused". */
export const actionWord = (action: string): string => words[action]?.[0] ?? plain(action)
/** "pause a rollout": what was not let happen. */
export const attemptWord = (action: string): string => words[action]?.[1] ?? plain(action)

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
