import { expect, test } from 'vitest'
import { withKnownZone } from './known-zone.ts'
import { exampleFacts } from './test-device.ts'

test('a zone the zone database knows is kept, any other becomes UTC', () => {
  const zoneOf = (timeZone: string) => withKnownZone({ ...exampleFacts(), timeZone }).timeZone
  expect(['Europe/London', 'UTC', 'Mars/Olympus', '', '../../etc/passwd', "'; drop table devices"].map(zoneOf)).toEqual(
    ['Europe/London', 'UTC', 'UTC', 'UTC', 'UTC', 'UTC'],
  )
})
