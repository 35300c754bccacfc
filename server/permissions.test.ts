import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { actions, mayGrant, permissionsOf, personActions, type Role, roles, stepUpActions } from './permissions.ts'

const golden = new URL('./permissions.golden.txt', import.meta.url)

/** Role x action as text. When it changes on purpose, the text file is changed by hand: that is the diff somebody reads. */
function matrix(): string {
  const width = Math.max(...actions.map((action) => action.length)) + 2
  const line = (name: string, cells: readonly string[]) =>
    `${name.padEnd(width)}${cells.map((cell) => cell.padEnd(16)).join('')}`.trimEnd()
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
  const reads = personActions.filter((action) => action.endsWith(':read') && action !== 'portal:read')
  expect(reads).toEqual([...permissionsOf['read-only']])
})

test('a client manager may read their own page and nothing of the MSP', () => {
  expect([...permissionsOf['client-manager']]).toEqual(['portal:read'])
})

test('nobody grants more than they have', () => {
  const mayGive = (giver: Role) => roles.filter((role) => mayGrant(permissionsOf[giver], role))
  expect(mayGive('owner')).toEqual([...roles])
  expect(mayGive('admin')).toEqual(roles.filter((role) => role !== 'owner'))
  expect(mayGive('approver')).toEqual(['approver', 'technician', 'billing', 'read-only', 'client-manager'])
  expect(mayGive('technician')).toEqual(['technician', 'billing', 'read-only', 'client-manager'])
  expect(mayGive('read-only')).toEqual(['billing', 'read-only', 'client-manager'])
})

test('what changes people, keys and settings wants a proof of the person', () => {
  const without = ['member:add', 'member:revoke-invitation', 'member:suspend', 'member:restore']
  const weighty = personActions.filter((action) => /^(member|msp):/.test(action) && !action.endsWith(':read'))
  expect(weighty.filter((action) => !stepUpActions.has(action))).toEqual(without)
})
