import { expect, test } from 'vitest'
import { scopeHref, scopeOf } from './scope-href'

test('a client narrows the list one is on, and drops the place in it', () => {
  expect(scopeHref('northfold', '/m/northfold/rollouts', 'c1')).toBe('/m/northfold/rollouts?client=c1')
  expect(scopeHref('northfold', '/m/northfold/devices/enrolment', 'c1')).toBe(
    '/m/northfold/devices/enrolment?client=c1',
  )
  expect(scopeHref('northfold', '/m/northfold/holds', null)).toBe('/m/northfold/holds')
})

test('from a page about something else it leads to the client’s devices, and all clients to the overview', () => {
  expect(scopeHref('northfold', '/m/northfold/devices/d1', 'c1')).toBe('/m/northfold/devices?client=c1')
  expect(scopeHref('northfold', '/m/northfold/overview', 'c1')).toBe('/m/northfold/devices?client=c1')
  expect(scopeHref('northfold', '/m/northfold/devices/d1', null)).toBe('/m/northfold/overview')
})

test('the scope is what the URL says, on lists only', () => {
  const search = new URLSearchParams({ client: 'c1' })
  expect(scopeOf('northfold', '/m/northfold/devices', search)).toBe('c1')
  expect(scopeOf('northfold', '/m/northfold/devices', new URLSearchParams())).toBeNull()
  expect(scopeOf('northfold', '/m/northfold/overview', search)).toBeNull()
  expect(scopeOf('northfold', '/m/southmere/devices', search)).toBeNull()
})
