import { expect, test } from 'vitest'
import type { UndoJudgement } from './judge-undo.ts'
import { type JudgedSet, mergeForWayBack } from './merge-sets.ts'
import type { SimulatedInstall } from './parse-simulation.ts'

const member = (name: string): SimulatedInstall => {
  return { name, fromVersion: '1', version: '2', origins: [], architecture: 'all' }
}
const judgement = (undoClass: 'kept' | 'none', undoReason: string, touched: string[] = []): UndoJudgement => {
  return { undo: { undoClass, undoReason, predecessors: [] }, wayBack: { fault: undoReason, touched } }
}
/** A set of these packages; where its way back touches others it is `none`. */
const set = (names: string, ...touched: string[]): JudgedSet => {
  const members = names.split(' ').map(member)
  return { members, judgement: touched.length > 0 ? judgement('none', 'It touches.', touched) : judgement('kept', '') }
}
const namesOf = (sets: readonly JudgedSet[]) => sets.map(({ members }) => members.map(({ name }) => name).join(' '))

/** Merges, with what is said of each group that was looked at as one. */
async function merge(sets: JudgedSet[], answer: UndoJudgement | string = judgement('kept', '')) {
  const asked: string[] = []
  const merged = await mergeForWayBack(sets, async (members) => {
    asked.push(members.map(({ name }) => name).join(' '))
    return answer
  })
  return { asked, sets: merged }
}

test('a set whose way back touches members of another one joins it, whichever comes first', async () => {
  const first = await merge([set('a', 'c'), set('b'), set('c d')])
  expect([namesOf(first.sets), first.asked]).toEqual([['a c d', 'b'], ['a c d']])
  expect(first.sets[0]?.judgement.undo.undoClass).toBe('kept')
  const last = await merge([set('c d'), set('b'), set('a', 'c')])
  expect(namesOf(last.sets)).toEqual(['c d a', 'b'])
})

test('a chain of them is one set, looked at once', async () => {
  const { sets, asked } = await merge([set('a', 'b'), set('b', 'c'), set('c'), set('d', 'e'), set('e', 'd')])
  expect([namesOf(sets), asked]).toEqual([
    ['a b c', 'd e'],
    ['a b c', 'd e'],
  ])
})

test('what touches a package that no set holds stays as it is, and is not looked at again', async () => {
  const { sets, asked } = await merge([set('a', 'b', 'stranger'), set('b')])
  expect([namesOf(sets), asked]).toEqual([['a', 'b'], []])
  expect(sets[0]?.judgement.undo.undoReason).toBe('It touches.')
})

test.each([
  ['apt does not take them as one.', 'apt does not take them as one.'],
  [judgement('none', 'b 1 is lost.', ['x']), 'b 1 is lost.'],
])('where it does not help they stay apart and the one that touches says why (%#)', async (answer, why) => {
  const { sets } = await merge([set('a', 'b'), set('b')], answer)
  expect(namesOf(sets)).toEqual(['a', 'b'])
  expect(sets.map((one) => one.judgement.undo)).toMatchObject([
    { undoClass: 'none', undoReason: `It touches. Going together with b does not help: ${why}` },
    { undoClass: 'kept', undoReason: '' },
  ])
})

test('more than an order may hold in one set is not even tried', async () => {
  const many = Array.from({ length: 200 }, (_, place) => `p${place}`).join(' ')
  const { sets, asked } = await merge([set('a', 'p7'), set(many)])
  expect([sets.length, asked]).toEqual([2, []])
  expect(sets[0]?.judgement.undo.undoReason).toContain('they are 201 packages')
})
