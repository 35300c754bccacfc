import { describe, expect, test } from 'vitest'
import { permissionsOf, type Role, roles } from '../permissions.ts'
import { proposable } from './proposable.ts'
import { confirmerCan, isSameReach, type ProposalFacts, proposalCan, proposalState, proposalTime } from './rules.ts'

const allThree: Role[] = ['owner', 'admin', 'approver']
/** Whose people may be the second person, for each action that may wait for one; a new one needs its line. */
const confirmers: Record<string, Role[]> = {
  'patch:approve': allThree,
  'patch:withdraw-decision': allThree,
  'hold:lift': allThree,
  'policy:save': allThree,
  'rollout:confirm-gate': allThree,
  'rollout:promote': allThree,
  'device:retire': allThree,
  // An approver says yes to patches. Erasing a client is not theirs to do, so not theirs to confirm.
  'client:erase': ['owner', 'admin'],
}

describe('who may be the second person', () => {
  test.each(Object.keys(proposable))('for %s', (action) => {
    const may = (hasAllClients: boolean, needsAllClients: boolean) =>
      roles.filter(
        (role) => confirmerCan({ permissions: permissionsOf[role], hasAllClients }, { action, needsAllClients }).can,
      )
    const expected = confirmers[action] ?? 'a line above'
    expect(may(true, false)).toEqual(expected)
    expect(may(true, true)).toEqual(expected)
    expect(may(false, false)).toEqual(expected)
    expect(may(false, true)).toEqual([])
  })

  test('the sentence names them', () => {
    const approver = { permissions: permissionsOf.approver, hasAllClients: false }
    const technician = { permissions: permissionsOf.technician, hasAllClients: true }
    const why = (...args: Parameters<typeof confirmerCan>) => {
      const answer = confirmerCan(...args)
      return answer.can ? null : answer.reason
    }
    expect(why(technician, { action: 'patch:approve', needsAllClients: false })).toBe(
      'An approver, an admin or the owner confirms.',
    )
    expect(why(approver, { action: 'client:erase', needsAllClients: true })).toBe('An admin or the owner confirms.')
    expect(why(approver, { action: 'patch:approve', needsAllClients: true })).toBe(
      'Only people who see all clients confirm this.',
    )
  })
})

test('reach is the same in any order, and not with another number or client', () => {
  const a = [
    { clientId: 'a', devices: 1 },
    { clientId: 'b', devices: 2 },
  ]
  expect(isSameReach(a, [...a].reverse())).toBe(true)
  expect(isSameReach(a, a.slice(1))).toBe(false)
  expect(isSameReach(a.slice(1), a)).toBe(false)
  expect(
    isSameReach(a, [
      { clientId: 'a', devices: 1 },
      { clientId: 'b', devices: 3 },
    ]),
  ).toBe(false)
  expect(
    isSameReach(a, [
      { clientId: 'a', devices: 1 },
      { clientId: 'c', devices: 2 },
    ]),
  ).toBe(false)
})

test('what cannot be done is not confirmed, but rejected and withdrawn', () => {
  const facts: ProposalFacts = {
    state: 'open',
    isOwn: false,
    confirmer: { can: true },
    mayReject: true,
    fault: 'This hold was not found',
  }
  expect(proposalCan.confirm(facts)).toEqual({ can: false, reason: 'This hold was not found' })
  expect(proposalCan.reject(facts)).toEqual({ can: true })
  expect(proposalCan.withdraw({ ...facts, isOwn: true })).toEqual({ can: true })
})

test('it ends by itself at its very moment, and says after how long', () => {
  const expiresAt = new Date(1_000)
  expect(proposalState({ decision: null, expiresAt }, new Date(999))).toBe('open')
  expect(proposalState({ decision: null, expiresAt }, expiresAt)).toBe('expired')
  expect(proposalTime).toBe('four hours')
})
