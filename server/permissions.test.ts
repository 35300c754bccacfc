import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { actions, mayGrant, permissionsOf, personActions, type Role, roles, stepUpActions } from './permissions.ts'

const golden = new URL('./permissions.golden.txt', import.meta.url)

/** Role x action as text, and which of them want a fresh proof of the person. When it changes on purpose, the text file is changed by hand: that is the diff somebody reads. */
function matrix(): string {
  const width = Math.max(...actions.map((action) => action.length)) + 2
  const line = (name: string, cells: readonly string[]) =>
    `${name.padEnd(width)}${cells.map((cell) => cell.padEnd(16)).join('')}`.trimEnd()
  const mayDo = (action: (typeof actions)[number]) =>
    [...roles.map((role) => permissionsOf[role].has(action)), stepUpActions.has(action)].map((is) => (is ? 'yes' : '-'))
  return `${[line('', [...roles, 'step-up']), ...actions.map((action) => line(action, mayDo(action)))].join('\n')}\n`
}

test('what each role may do is what was agreed', () => {
  expect(matrix()).toBe(readFileSync(golden, 'utf8'))
})

test('nobody is given what no door asks a person for', () => {
  for (const role of roles)
    expect([...permissionsOf[role]].filter((action) => !personActions.includes(action))).toEqual([])
})

test('a reader may change nothing', () => {
  expect([...permissionsOf['read-only']].filter((action) => !action.endsWith(':read'))).toEqual([])
})

test('a client manager may read their own page and nothing of the MSP', () => {
  expect([...permissionsOf['client-manager']]).toEqual([
    'portal:read',
    'portal:ask-exception',
    'portal:answer-exception',
    'portal:answer-consent',
    'portal:give-feedback',
  ])
})

test('nobody grants more than they have', () => {
  const mayGive = (giver: Role) => roles.filter((role) => mayGrant(permissionsOf[giver], role))
  expect(mayGive('owner')).toEqual([...roles])
  expect(mayGive('admin')).toEqual(roles.filter((role) => role !== 'owner'))
  expect(mayGive('approver')).toEqual(['approver', 'technician', 'read-only', 'client-manager'])
  expect(mayGive('technician')).toEqual(['technician', 'read-only', 'client-manager'])
  expect(mayGive('read-only')).toEqual(['read-only', 'client-manager'])
})

test('what takes a device, a client or a person out of service wants a proof of the person', () => {
  const ending = ['device:retire', 'client:archive', 'client:erase', 'member:suspend', 'member:remove'] as const
  expect(ending.filter((action) => !stepUpActions.has(action))).toEqual([])
})

test('what changes people, keys and settings wants a proof of the person', () => {
  const without = ['member:add', 'member:revoke-invitation', 'member:restore']
  const weighty = personActions.filter((action) => /^(member|msp):/.test(action) && !action.endsWith(':read'))
  expect(weighty.filter((action) => !stepUpActions.has(action))).toEqual(without)
})
