import { expect, test } from 'vitest'
import { nightWords, type PortalException, untilWords, whatWords, whereWords } from './exception-words'

const now = new Date('2026-11-23T10:00:00Z')
const exception = (changes: Partial<PortalException> = {}): PortalException => ({
  id: 'e1',
  isEnding: false,
  patch: { name: 'lab-svc', version: '2.0' },
  isAllVersions: false,
  hostName: null,
  tag: null,
  computers: 12,
  reason: 'The till software needs the old one',
  owner: 'Mia Lane',
  measure: 'No way to the internet',
  lastDay: '2027-03-03',
  askedBy: 'Nora',
  agreed: null,
  ...changes,
})

test.each([
  [{}, 'lab-svc 2.0', 'on all your 12 computers'],
  [{ isAllVersions: true }, 'every version of lab-svc', 'on all your 12 computers'],
  [{ computers: 1 }, 'lab-svc 2.0', 'on your computer'],
  [{ hostName: 'ws-12', computers: 1 }, 'lab-svc 2.0', 'on ws-12'],
  [{ tag: 'till', computers: 1 }, 'lab-svc 2.0', 'on 1 computer marked till'],
])('%#: what stays off, and where', (changes, what, where) => {
  expect([whatWords(exception(changes)), whereWords(exception(changes))]).toEqual([what, where])
})

test('until a day of the client, and the year where it is another', () => {
  expect(untilWords(exception({ lastDay: '2026-12-03' }), now)).not.toContain('2026')
  expect(untilWords(exception(), now)).toContain('2027')
})

test('a night in the zone of the organisation', () => {
  const night = {
    opensAt: new Date('2026-11-23T22:00Z'),
    closesAt: new Date('2026-11-24T02:00Z'),
    rings: ['Test', 'Pilot'],
  }
  expect(nightWords(night, 'Europe/London', now)).toBe('Tonight 22:00 to 02:00: computers of Test and Pilot')
})
