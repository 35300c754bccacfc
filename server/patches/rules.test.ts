import { expect, test } from 'vitest'
import { type PatchState, standingOf } from './rules.ts'

const tally = (state: PatchState, devices: number, clients = 1) => ({ state, devices, clients })

test.each([
  ['nobody lacks it', [], 'mixed', false],
  ['all approved', [tally('approved', 3), tally('approved', 2)], 'approved', false],
  ['a rule will decide', [tally('waiting', 2)], 'waiting', false],
  ['one client wants a person', [tally('approved', 3), tally('pending', 1)], 'mixed', true],
  ['all pending', [tally('pending', 1)], 'pending', true],
  ['no device, no state', [tally('pending', 0), tally('held', 2)], 'held', false],
] as const)('%s', (_, tallies, state, wantsPerson) => {
  expect(standingOf(tallies)).toMatchObject({ state, wantsPerson })
})

test('tallies of one state become one', () => {
  expect(standingOf([tally('held', 2, 1), tally('held', 3, 4), tally('approved', 1)]).tallies).toEqual([
    tally('approved', 1),
    tally('held', 5, 5),
  ])
})
