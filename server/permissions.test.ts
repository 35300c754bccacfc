import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { actions, permissionsOf, personActions, roles } from './permissions.ts'

const golden = new URL('./permissions.golden.txt', import.meta.url)

/** Role x action as text. When it changes on purpose, the text file is changed by hand: that is the diff somebody reads. */
function matrix(): string {
  const width = Math.max(...actions.map((action) => action.length)) + 2
  const line = (name: string, cells: readonly string[]) =>
    `${name.padEnd(width)}${cells.map((cell) => cell.padEnd(12)).join('')}`.trimEnd()
  const mayDo = (action: (typeof actions)[number]) =>
    roles.map((role) => (permissionsOf[role].has(action) ? 'yes' : '-'))
  return `${[line('', roles), ...actions.map((action) => line(action, mayDo(action)))].join('\n')}\n`
}

test('what each role may do is what was agreed', () => {
  expect(matrix()).toBe(readFileSync(golden, 'utf8'))
})

test('nobody is given what only Patchward itself does', () => {
  for (const role of roles)
    expect([...permissionsOf[role]].filter((action) => !personActions.includes(action))).toEqual([])
})

test('a reader may read everything and change nothing', () => {
  expect(personActions.filter((action) => action.endsWith(':read'))).toEqual([...permissionsOf['read-only']])
})
