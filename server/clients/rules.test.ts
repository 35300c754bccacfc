import { expect, test } from 'vitest'
import { slugOf } from './rules.ts'
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

const parse = (input: object) => createClientSchema.safeParse({ name: 'Kestrel', timeZone: 'Europe/London', ...input })

test('a name is trimmed and holds nothing that cannot be seen', () => {
  expect(parse({ name: '  Kestrel ' }).data?.name).toBe('Kestrel')
  for (const name of ['', ' ', 'a\nb', 'a\u0000b', 'a\u202eb', 'x'.repeat(101)])
    expect(parse({ name }).success).toBe(false)
})

test('a time zone is one of the IANA database', () => {
  for (const timeZone of ['Europe/Berlin', 'UTC', 'America/Argentina/Ushuaia'])
    expect(parse({ timeZone }).success).toBe(true)
  for (const timeZone of ['', 'Berlin', '+02:00', 'Europe/Berlin ', "'; drop"])
    expect(parse({ timeZone }).success).toBe(false)
})
