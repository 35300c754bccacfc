import { expect, test } from 'vitest'
import { type AskDraft, cutSentence, draftFaults, toAsk, whereOptions } from './ask-words'

const today = '2026-11-23'
const draft = (changes: Partial<AskDraft> = {}): AskDraft => ({
  patchId: 'p1',
  where: 'all',
  isAllVersions: false,
  reason: 'The till needs the old one',
  measure: 'No way to the internet',
  owner: 'Mia Lane',
  lastDay: '2026-12-23',
  ...changes,
})
const choices = {
  client: { id: 'c1', name: 'Kestrel', timeZone: 'Europe/London' },
  updates: [],
  computers: [{ id: 'd1', hostName: 'ws-12' }],
  marks: ['front till'],
  hasMore: false,
  asOf: new Date('2026-11-23T10:00:00Z'),
}

test('a whole draft goes, and each field says what it lacks', () => {
  expect(draftFaults(draft(), today)).toEqual({})
  const empty = draft({ patchId: '', reason: ' x ', measure: '', owner: 'M', lastDay: '2026-11-22' })
  expect(Object.keys(draftFaults(empty, today))).toEqual(['patchId', 'reason', 'measure', 'owner', 'lastDay'])
  expect(draftFaults(draft({ lastDay: '2027-11-24' }), today)).toHaveProperty('lastDay')
  expect(draftFaults(draft({ lastDay: '2027-11-23' }), today)).toEqual({})
})

test('each place that may be chosen is sent as what it is', () => {
  const sent = whereOptions(choices).map(({ value }) => toAsk(draft({ where: value }), 'c1').reach)
  expect(sent).toEqual([{ kind: 'client' }, { kind: 'tag', tag: 'front till' }, { kind: 'device', deviceId: 'd1' }])
})

test('a list that was cut says so', () => {
  expect(cutSentence(choices, 'Northfold', 500)).toBeNull()
  expect(cutSentence({ ...choices, hasMore: true }, 'Northfold', 500)).toContain('ask Northfold')
})
