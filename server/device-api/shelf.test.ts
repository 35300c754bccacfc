import { expect, test } from 'vitest'
import { createShelf } from './shelf.ts'

test('a shelf keeps each value for its time, and no more than fit: the oldest goes first', () => {
  let timeMs = 0
  const shelf = createShelf<string>(3, 1_000, () => new Date(timeMs))
  const keys = ['a', 'b', 'c', 'd']
  const seen = () => keys.filter((key) => shelf.get(key) !== undefined)
  for (const key of ['a', 'b', 'c']) shelf.put(key, key)
  timeMs = 500
  shelf.put('a', 'a again')
  shelf.put('d', 'd')
  expect(seen()).toEqual(['a', 'c', 'd'])
  timeMs = 1_000
  expect(seen()).toEqual(['a', 'd'])
  expect(shelf.last('c')).toBe('c')
})
