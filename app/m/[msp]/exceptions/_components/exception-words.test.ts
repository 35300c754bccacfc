import { expect, test } from 'vitest'
import { type ExceptionLine, keptOffWords, reachWords, standingWords } from './exception-words'

const at = new Date('2026-11-23T10:00:00Z')
const line = (changes: Partial<ExceptionLine> = {}): ExceptionLine => ({
  id: 'e1',
  state: 'in-force',
  isEnding: false,
  patch: { id: 'p1', name: 'lab-svc', version: '2.0' },
  isAllVersions: false,
  client: { id: 'c1', name: 'Alder Dental' },
  device: null,
  tag: null,
  computers: 12,
  reason: 'The till software needs the old one',
  owner: 'Mia Lane',
  measure: 'No way to the internet',
  lastDay: '2027-03-03',
  expiresAt: at,
  asked: { from: 'msp', by: 'Nora', at },
  answer: { isAccepted: true, by: 'Mia Lane', at, reason: '' },
  ended: null,
  canAnswer: { can: true },
  canEnd: { can: true },
  ...changes,
})

test.each([
  [{}, 'Signed off by Mia Lane'],
  [
    { asked: { from: 'client', by: 'Mia Lane', at }, answer: { isAccepted: true, by: 'Nora', at, reason: '' } },
    'Accepted by Nora',
  ],
  [{ state: 'asked', answer: null }, 'Waits for Alder Dental to sign it off'],
  [{ state: 'asked', answer: null, asked: { from: 'client', by: 'Mia', at } }, 'Waits for your answer'],
  [{ state: 'refused', answer: { isAccepted: false, by: 'Mia Lane', at, reason: 'No' } }, 'Refused by Mia Lane: No'],
  [{ state: 'ended', ended: { by: 'Nora', at, reason: 'Fixed' } }, 'Ended by Nora: Fixed'],
  [{ state: 'expired' }, 'Its last day is over'],
  [{ state: 'expired', answer: null }, 'Nobody answered before its last day'],
] satisfies [Partial<ExceptionLine>, string][])('%#: what became of it', (changes, said) => {
  expect(standingWords(line(changes))).toBe(said)
})

test('what stays off, and where', () => {
  expect(keptOffWords(line({ isAllVersions: true }))).toBe('every version of lab-svc')
  expect(reachWords(line({ tag: 'till', computers: 1 }))).toBe('computers with the tag till, 1 device now')
  expect(reachWords(line({ device: { id: 'd1', hostName: 'ws-12' } }))).toBe('ws-12')
})
