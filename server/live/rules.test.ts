import { describe, expect, test } from 'vitest'
import { type ChangeNotice, compareScopes, type LiveScope, visibleChange } from './rules.ts'

const notice = (over: Partial<ChangeNotice> = {}): ChangeNotice => ({
  mspId: 'msp',
  clientId: 'seen',
  topic: 'device',
  ids: ['d1', 'd2'],
  ...over,
})
const owner: LiveScope = { mspId: 'msp', clients: 'all' }
const technician: LiveScope = { mspId: 'msp', clients: ['seen'] }
const nobody: LiveScope = { mspId: 'msp', clients: [] }

describe('what of a change a person hears', () => {
  test.each([
    ['of a client they see', technician, notice(), { topic: 'device', ids: ['d1', 'd2'] }],
    ['of a client they do not see: nothing, not even the topic', technician, notice({ clientId: 'hidden' }), null],
    [
      'of the MSP as a whole, with some clients: no ids',
      technician,
      notice({ clientId: null }),
      { topic: 'device', ids: [] },
    ],
    [
      'of the MSP as a whole, with all clients',
      owner,
      notice({ clientId: null }),
      { topic: 'device', ids: ['d1', 'd2'] },
    ],
    ['of any client, with all clients', owner, notice({ clientId: 'hidden' }), { topic: 'device', ids: ['d1', 'd2'] }],
    ['of a client, without any', nobody, notice(), null],
    ['of another MSP, with all clients', owner, notice({ mspId: 'other' }), null],
    ['of another MSP as a whole', owner, notice({ mspId: 'other', clientId: null }), null],
    ['of another MSP, in which a client has the same id', technician, notice({ mspId: 'other' }), null],
  ])('%s', (_says, scope, change, heard) => {
    expect(visibleChange(change, scope)).toEqual(heard)
  })
})

describe('a stream whose owner was looked up again', () => {
  test.each([
    ['the same', owner, owner, 'same'],
    [
      'the same clients in another order',
      { mspId: 'msp', clients: ['a', 'b'] },
      { mspId: 'msp', clients: ['b', 'a'] },
      'same',
    ],
    ['a client less', { mspId: 'msp', clients: ['a', 'b'] }, { mspId: 'msp', clients: ['a'] }, 'changed'],
    ['all clients no more', owner, technician, 'changed'],
    ['no clients, which is not all of them', owner, nobody, 'changed'],
    ['no member, or no session, any more', owner, null, 'over'],
    ['a member of another MSP', owner, { mspId: 'other', clients: 'all' }, 'over'],
  ] as const)('%s', (_says, before, now, verdict) => {
    expect(compareScopes(before, now)).toBe(verdict)
  })
})
