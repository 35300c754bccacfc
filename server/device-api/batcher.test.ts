import { expect, test } from 'vitest'
import { DatabaseUnavailable } from '../ingest.ts'
import { createBatcher } from './batcher.ts'

interface Item {
  key: string
  value: number
}

/** A run whose batches end when the test says so. */
function heldRun() {
  const batches: { items: Item[]; finish: (error?: unknown) => void }[] = []
  const run = (items: Item[]) =>
    new Promise<Map<string, number>>((resolve, reject) => {
      const finish = (error?: unknown) =>
        error ? reject(error) : resolve(new Map(items.map(({ key, value }) => [key, value])))
      batches.push({ items, finish })
    })
  return { batches, run }
}
const turn = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)))
const keyOf = ({ key }: Item) => key

test('gathers what comes while the allowed batches are under way, sorted by key', async () => {
  const { batches, run } = heldRun()
  const add = createBatcher({ keyOf, run, maxItems: 10, parallel: 1 })
  const first = add({ key: 'a', value: 1 })
  await turn()
  const rest = [add({ key: 'c', value: 3 }), add({ key: 'b', value: 2 })]
  await turn()
  expect(batches).toHaveLength(1)
  batches[0]?.finish()
  expect(await first).toBe(1)
  await turn()
  expect(batches[1]?.items.map(keyOf)).toEqual(['b', 'c'])
  batches[1]?.finish()
  expect(await Promise.all(rest)).toEqual([3, 2])
})

test('a key stands neither twice in one batch nor in two at the same time', async () => {
  const { batches, run } = heldRun()
  const add = createBatcher({ keyOf, run, maxItems: 10, parallel: 2 })
  const answers = [add({ key: 'a', value: 1 }), add({ key: 'a', value: 2 }), add({ key: 'b', value: 3 })]
  await turn()
  expect(batches.map(({ items }) => items.map(({ value }) => value))).toEqual([[1, 3]])
  batches[0]?.finish()
  await turn()
  expect(batches[1]?.items.map(({ value }) => value)).toEqual([2])
  batches[1]?.finish()
  expect(await Promise.all(answers)).toEqual([1, 2, 3])
})

test('keeps to the number and the weight of a batch, but one heavy item goes alone', async () => {
  const sizes: number[][] = []
  const run = async (items: Item[]) => {
    sizes.push(items.map(({ value }) => value))
    return new Map(items.map(({ key, value }) => [key, value]))
  }
  const add = createBatcher({ keyOf, run, maxItems: 2, parallel: 1, weightOf: ({ value }) => value, maxWeight: 5 })
  await Promise.all([9, 2, 2, 1, 4].map((value, place) => add({ key: `k${place}`, value })))
  expect(sizes).toEqual([[9], [2, 2], [1, 4]])
})

test('one item that the database refuses does not spoil the others', async () => {
  const run = async (items: Item[]) => {
    if (items.some(({ value }) => value < 0)) throw new Error('refused')
    return new Map(items.map(({ key, value }) => [key, value]))
  }
  const add = createBatcher({ keyOf, run, maxItems: 10 })
  const answers = await Promise.allSettled([1, 2, -1, 3].map((value, place) => add({ key: `k${place}`, value })))
  expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled'])
})

test('a lost database fails the whole batch at once', async () => {
  let calls = 0
  const run = async () => {
    calls += 1
    throw new DatabaseUnavailable('gone')
  }
  const add = createBatcher<Item, number>({ keyOf, run, maxItems: 10 })
  const answers = await Promise.allSettled(['a', 'b', 'c'].map((key) => add({ key, value: 1 })))
  expect(answers.every((answer) => answer.status === 'rejected' && answer.reason instanceof DatabaseUnavailable)).toBe(
    true,
  )
  expect(calls).toBe(1)
})
