import { expect, test } from 'vitest'
import { findSets } from './find-sets.ts'
import type { SimulatedInstall } from './parse-simulation.ts'

const update = (name: string): SimulatedInstall => {
  return { name, fromVersion: '1', version: '2', origins: [], architecture: 'all' }
}

/** A package manager in which each name pulls in others. */
function pulling(pulls: Record<string, string[]>, removed: string[] = []) {
  return async (members: readonly SimulatedInstall[]) => {
    const names = new Set(members.map(({ name }) => name))
    for (const name of names) for (const other of pulls[name] ?? []) names.add(other)
    const removals = removed.filter((name) => names.has(name)).map((name) => ({ name: `${name}-old`, version: '1' }))
    return { simulation: { installs: [...names].map(update), removals, keptBack: [] }, error: null }
  }
}

async function groupNames(names: string[], pulls: Record<string, string[]>): Promise<string[][]> {
  const { groups } = await findSets(names.map(update), pulling(pulls))
  return groups.map((group) => group.map(({ name }) => name).sort()).sort()
}

test('what needs nothing stands alone', async () => {
  expect(await groupNames(['a', 'b'], {})).toEqual([['a'], ['b']])
})

test('what needs each other, directly or over others, is one set', async () => {
  expect(await groupNames(['a', 'b', 'c', 'd'], { a: ['b'], b: ['c'] })).toEqual([['a', 'b', 'c'], ['d']])
})

test('a package that was alone joins who needs it later', async () => {
  expect(await groupNames(['b', 'a'], { a: ['b'] })).toEqual([['a', 'b']])
})

test('a new package that nobody asked for is part of the set that brings it', async () => {
  expect(await groupNames(['a'], { a: ['new'] })).toEqual([['a', 'new']])
})

test('what would remove something waits, with its reason', async () => {
  const { groups, waiting } = await findSets([update('a'), update('b')], pulling({}, ['a']))
  expect(groups.map((group) => group.map(({ name }) => name))).toEqual([['b']])
  expect(waiting).toEqual([{ name: 'a', reason: 'it would remove a-old' }])
})

test('a group of an earlier look is taken as it was while its members are at the same step', async () => {
  const asked: string[] = []
  const simulate = pulling({})
  const watching = (members: readonly SimulatedInstall[]) => {
    asked.push(members.map(({ name }) => name).join(' '))
    return simulate(members)
  }
  const known = [[update('a'), update('b')], [{ ...update('c'), version: '1.5' }]]
  const { groups } = await findSets(['a', 'b', 'c'].map(update), watching, known)
  expect(groups.map((group) => group.map(({ name }) => name))).toEqual([['a', 'b'], ['c']])
  expect(asked).toEqual(['c'])
})
