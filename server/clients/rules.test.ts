import { expect, test } from 'vitest'
import { clientFilters, clientFits, clientRisk, noCounts, slugOf } from './rules.ts'
import { createClientSchema } from './schema.ts'

test.each([
  ['Brightwater Accountants', 'brightwater-accountants'],
  ['Café Müller & Söhne', 'cafe-muller-sohne'],
  ['  7 Hills / Dental ', '7-hills-dental'],
  ['東京', 'client'],
  ['x'.repeat(90), 'x'.repeat(60)],
  [`${'y'.repeat(59)} z`, 'y'.repeat(59)],
])('the address of %s is %s', (name, slug) => {
  expect(slugOf(name)).toBe(slug)
})

test('an address that others have gets the first number that is free', () => {
  expect(slugOf('東京', new Set(['client', 'client-2']))).toBe('client-3')
  expect(slugOf('Kestrel', new Set(['client']))).toBe('kestrel')
})

const parse = (input: object) => createClientSchema.safeParse({ name: 'Kestrel', timeZone: 'Europe/London', ...input })

test('a name is trimmed and holds nothing that cannot be seen', () => {
  expect(parse({ name: '  Kestrel ' }).data?.name).toBe('Kestrel')
  expect(parse({ name: 'Kestrel   Logistics' }).data?.name).toBe('Kestrel Logistics')
  for (const name of ['', ' ', 'a\nb', 'a\u0000b', 'a\u202eb', 'x'.repeat(101)])
    expect(parse({ name }).success).toBe(false)
})

test('a time zone is one of the IANA database', () => {
  for (const timeZone of ['Europe/Berlin', 'UTC', 'America/Argentina/Ushuaia'])
    expect(parse({ timeZone }).success).toBe(true)
  for (const timeZone of ['', 'Berlin', '+02:00', 'Europe/Berlin ', "'; drop"])
    expect(parse({ timeZone }).success).toBe(false)
})

const risk = (counts: Partial<typeof noCounts>, more: Partial<Parameters<typeof clientRisk>[0]> = {}) =>
  clientRisk({
    counts: { ...noCounts, devices: 10, compliant: 10, ...counts },
    hasDevices: true,
    hasTestDevice: true,
    gatesAsking: 0,
    paused: 0,
    ...more,
  })

test('why a client stands where it stands, in words', () => {
  expect(risk({ pastDue: 3, silent: 1 }, { gatesAsking: 1 })).toMatchObject({
    mark: 'past-due',
    words: '3 past due, a gate waits, 1 silent',
    needsPerson: true,
  })
  expect(risk({}, { hasTestDevice: false }).words).toBe('No test device')
  expect(risk({ rebootPending: 2 })).toMatchObject({ words: '2 pending reboot', needsPerson: false })
  expect(risk({ devices: 0 }, { hasDevices: false, hasTestDevice: false }).words).toBe('No devices yet')
  expect(risk({})).toMatchObject({ mark: 'installed', words: 'Nothing to do', needsPerson: false })
})

test('past due comes before failed, failed before silent, silent before a reboot, well last; more of them weighs more', () => {
  const ranks = [risk({ pastDue: 1 }), risk({ failed: 9 }), risk({ silent: 9 }), risk({ rebootPending: 9 }), risk({})]
  expect(ranks.map((one) => one.rank)).toEqual([...ranks.map((one) => one.rank)].sort((a, b) => a - b))
  expect(new Set(ranks.map((one) => one.rank)).size).toBe(5)
  expect(risk({ pastDue: 5 }).weight).toBeGreaterThan(risk({ pastDue: 4 }).weight)
})

test('each tab of the list shows the clients of which it is true', () => {
  const bare = { name: 'A', risk: { needsPerson: false }, rollout: null, hasOwnPolicy: false, counts: { devices: 0 } }
  const busy = { name: 'B', risk: { needsPerson: true }, rollout: {}, hasOwnPolicy: true, counts: { devices: 3 } }
  expect(clientFilters.map((filter) => [filter, clientFits[filter](bare), clientFits[filter](busy)])).toEqual([
    ['all', true, true],
    ['needs-you', false, true],
    ['in-flight', false, true],
    ['own-policy', false, true],
    ['no-devices', true, false],
  ])
})
