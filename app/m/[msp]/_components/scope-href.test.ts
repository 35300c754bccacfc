import { expect, test } from 'vitest'
import { inScope, scopeHref, scopeOf } from './scope-href'

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
  const said = (pathname: string, query = search) => scopeOf('northfold', pathname, query)
  expect(said('/m/northfold/devices')).toEqual({ client: 'c1', isNarrowable: true, isWhole: false })
  expect(said('/m/northfold/devices', new URLSearchParams()).client).toBeNull()
  expect(said('/m/northfold/overview')).toEqual({ client: null, isNarrowable: false, isWhole: true })
  expect(said('/m/northfold/devices/d1')).toEqual({ client: null, isNarrowable: false, isWhole: false })
  expect(said('/m/southmere/devices').isNarrowable).toBe(false)
})

test('the navigation keeps the chosen client on the lists that can show it alone', () => {
  expect(inScope('northfold', '/m/northfold/rollouts', 'c1')).toBe('/m/northfold/rollouts?client=c1')
  expect(inScope('northfold', '/m/northfold/rollouts', null)).toBe('/m/northfold/rollouts')
  expect(inScope('northfold', '/m/northfold/patches', 'c1')).toBe('/m/northfold/patches')
})
