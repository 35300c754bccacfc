import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { RefusedSections } from '../../agent/inventory/refused-sections.ts'
import { refusalCodes } from '../../agent/wire/order.ts'
import type { ProbeRead, Report, SetReport } from '../../agent/wire/report.ts'
import { sayTrouble, troubleBeginnings } from '../../agent/wire/trouble.ts'
import { explainFault, faults, tellTrouble, tooManyBeginning } from './explain-fault.ts'
import { mostLines, refusalWords, type ToldReport, tellHistory } from './tell-history.ts'

const set = (changes: Partial<SetReport>): SetReport => ({
  key: 'k1',
  outcome: 'installed',
  versions: [{ manager: 'apt', name: 'lab-svc', before: '2.0', after: '4.0', status: 'ii' }],
  exitCode: 0,
  output: '',
  reason: '',
  undoClass: 'kept',
  ...changes,
})
const probe = (at: string, isPassed: boolean, phase: ProbeRead['phase'] = 'watch'): ProbeRead => ({
  name: 'lab-svc answers',
  at: `2026-09-01T${at}:00.000Z`,
  isPassed,
  detail: isPassed ? '' : 'connection refused',
  phase,
})
let seq = 0
function report(orderId: string, verb: ToldReport['verb'], changes: Partial<Report>): ToldReport {
  seq += 1
  return {
    report: {
      v: 1,
      reportId: `r${seq}`,
      deviceId: 'd',
      seq,
      prevHash: '',
      orderId,
      state: 'accepted',
      at: `2026-09-01T10:${String(seq).padStart(2, '0')}:00.000Z`,
      sets: [],
      probes: [],
      isRebootPending: false,
      refusal: null,
      summary: 'A summary.',
      ...changes,
    },
    signature: 'sig',
    receivedAt: new Date(),
    verb,
    rolloutId: 'R',
  }
}
const tell = (reports: ToldReport[]) =>
  tellHistory({
    reports,
    events: [],
    sets: new Map([['R k1', [{ patchId: 'p', name: 'lab-svc 4.0' }]]]),
    zone: 'Europe/London',
  })

test('an install that fails in the soak and is taken back: steps that are over are left out, the proof is whole', () => {
  seq = 0
  const events = tell([
    report('o1', 'install', { state: 'accepted' }),
    report('o1', 'install', { state: 'installing' }),
    report('o1', 'install', {
      state: 'proved',
      sets: [set({})],
      probes: [probe('21:58', true, 'after-set'), probe('22:10', true)],
    }),
    report('o1', 'install', {
      state: 'rolling-back',
      probes: [probe('23:51', false)],
      summary: 'The probe "lab-svc answers" failed.',
    }),
    report('o1', 'install', {
      state: 'rolled-back',
      sets: [
        set({
          outcome: 'rolled-back',
          reason: 'The probe "lab-svc answers" failed: connection refused.',
          versions: [{ manager: 'apt', name: 'lab-svc', before: '2.0', after: '2.0', status: 'ii' }],
        }),
      ],
      probes: [probe('23:31', false), probe('23:59', true, 'after-rollback')],
    }),
  ])
  expect(events.map((event) => `${event.mark}: ${event.sentence}`)).toEqual([
    'rolled-back: lab-svc 4.0 rolled back, proved by re-scan',
    'failed: Probe failed: lab-svc answers',
    'installed: lab-svc 4.0 installed',
  ])
  expect(events[0]?.proof.map((line) => `${line.label}: ${line.value}${line.note && ` (${line.note})`}`)).toEqual([
    'Before: 2.0',
    'After install: 4.0',
    'After rollback: 2.0 (same as before)',
    'Reboot: none needed',
    'lab-svc answers: passed 23:10, failed 00:31, passed 00:59',
    'Result: signed by the device, record 5',
  ])
  expect(events[0]?.explanation?.words).toBe('The patch went in, but something the device watches stopped working.')
  expect(events[0]?.record).toContain('"signature": "sig"')
})

test('a rollback by order proves itself with the versions of the install before', () => {
  seq = 0
  const events = tell([
    report('o1', 'install', { state: 'proved', sets: [set({})] }),
    report('o2', 'rollback', {
      state: 'rolled-back',
      sets: [
        set({
          outcome: 'rolled-back',
          versions: [{ manager: 'apt', name: 'lab-svc', before: '4.0', after: '2.0', status: 'ii' }],
        }),
      ],
    }),
  ])
  expect(events[0]).toMatchObject({ detail: 'Taken back by order.', explanation: null, output: '', patchIds: [] })
  expect(events[0]?.proof.slice(0, 3).map((line) => line.value)).toEqual(['2.0', '4.0', '2.0'])
})

test.each(refusalCodes)('a refusal is told in words with its code: %s', (code) => {
  seq = 0
  const [event] = tell([report('o1', null, { state: 'refused', refusal: { code, detail: 'detail' } })])
  expect(event).toMatchObject({
    mark: 'failed',
    code,
    sentence: `Order refused: ${refusalWords[code]}`,
    detail: 'detail',
  })
})

test('an order that has only begun shows its last step', () => {
  seq = 0
  const steps = [report('o1', 'install', { state: 'accepted' }), report('o1', 'install', { state: 'permitted' })]
  expect(tell(steps).map((event) => event.sentence)).toEqual(['Start permitted'])
})

test('what people and the door did stands between the reports', () => {
  const at = new Date('2026-09-01T10:00:00Z')
  const events = [
    { id: 1, at, kind: 'enrolled', summary: 'Enrolled with a token of Ana Bell', detail: {} },
    { id: 2, at, kind: 'permit-denied', summary: 'Start not permitted: paused', detail: {} },
    { id: 3, at, kind: 'permitted', summary: 'Start permitted', detail: {} },
    { id: 10, at, kind: 'retry', summary: 'Retry asked for by Ana Bell', detail: { patches: ['lab-svc 4.0'] } },
  ]
  const told = tellHistory({ reports: [], events, sets: new Map(), zone: 'UTC' })
  expect(told.map((event) => [event.sentence, event.detail])).toEqual([
    ['Retry asked for by Ana Bell', 'lab-svc 4.0.'],
    ['Start not permitted', 'Because the rollout, or every change of the company, is paused.'],
    ['Enrolled', 'Enrolled with a token of Ana Bell'],
  ])
})

test.each([
  ['cannot copy extracted data: No space left on device', 'The disk is full.'],
  ['E: Could not get lock /var/lib/dpkg/lock-frontend', 'Another package manager was at work on the device.'],
  [
    'installed lab-svc package post-installation script subprocess returned error exit status 1',
    'A script of the package itself ended with an error.',
  ],
  ['Failed to fetch http://x 404  Not Found [IP: 1.1.1.1 80]', 'The source no longer has this file.'],
  ['Hash Sum mismatch', 'What was fetched is not what the source announced.'],
  ['The following packages have unmet dependencies:', 'The packages it needs do not fit what is installed.'],
  [
    'The probe "nginx" failed: connection refused.',
    'The patch went in, but something the device watches stopped working.',
  ],
])('plain words for a known fault: %s', (reason, words) => {
  expect(explainFault(reason, '')?.words).toBe(words)
})

test('an unknown fault is left to its raw output', () => {
  expect(explainFault('something else', 'nobody has seen this')).toBeNull()
})

test.each([
  ['E: Unable to acquire the dpkg frontend lock', 'Another package manager was at work on the device.'],
  ['x\npostinst: exit status 2\ny', 'A script of the package itself ended with an error.'],
  ['sha256 sums differ', 'What was fetched is not what the source announced.'],
])('what stands further on in a line is found too: %s', (output, words) => {
  expect(explainFault('', output)?.words).toBe(words)
})

test('words of two lines make no fault together, and a probe’s refused connection is none of the network', () => {
  expect(explainFault('', 'postinst\nerror')).toBeNull()
  expect(explainFault('', 'connection refused by the probe')).toBeNull()
})

test('no pattern asks for anything and then something: what a device sends is read in one pass', () => {
  const patterns = faults.flatMap(({ signs }) => signs.flatMap((sign) => [sign.words, sign.with, sign.without]))
  const found = patterns.flatMap((pattern) => (pattern ? [pattern.source] : []))
  expect(found.length).toBeGreaterThan(faults.length)
  expect(found.filter((source) => /[*+]|\{\d+,\}|\\\d/.test(source))).toEqual([])
})

test('only the end of a long output and the beginning of a long line are read', () => {
  const fault = 'No space left on device'
  expect(explainFault('', `${fault}\n${'x\n'.repeat(4_000)}`)).toBeNull()
  expect(explainFault('', `${'x'.repeat(500)} ${fault}`)).toBeNull()
  expect(explainFault('', `${'preinst '.repeat(62)}\n`.repeat(16) + fault)?.words).toBe('The disk is full.')
})

test('of a device that reports without end the newest lines are told, and of those few in full', () => {
  seq = 0
  const output = 'postinst '.repeat(888)
  const sets = (order: number) =>
    Array.from({ length: 100 }, (_, place) =>
      set({ key: `k${order}-${place}`, outcome: 'rolled-back', output, reason: 'x' }),
    )
  const events = tell(
    Array.from({ length: 20 }, (_, order) => report(`o${order}`, 'install', { state: 'failed', sets: sets(order) })),
  )
  expect(events).toHaveLength(mostLines)
  const full = events.filter((event) => event.output !== '' || event.proof.length > 0)
  expect(full).toEqual(events.slice(0, 30))
  // A report of a megabyte is no text for a page; it is kept.
  expect(JSON.stringify(events).length).toBeLessThan(1_000_000)
  expect(events[0]).toMatchObject({ record: '', output })
})

const { interrupted, listsUnread, notWorkedOut, notLooked, lookFailed, notTaken } = troubleBeginnings
const noLists = sayTrouble(listsUnread, 'E: The repository is not signed.\nE: Some index files failed to download.')
const noSimulation = sayTrouble(notWorkedOut, 'E: Unmet dependencies.\nThe following packages have unmet dependencies:')
const notRead = sayTrouble(notLooked, 'took longer than 600000 ms')
const refused = new RefusedSections()
for (const section of ['facts', 'packages', 'missing'] as const) refused.add(section, section, 'the door answered 400')

test.each([
  ['', null, ''],
  [`${interrupted} and waits for "dpkg --configure -a".`, 'What dpkg says', 'not healthy'],
  ['The following packages are only half configured, probably due to problems', 'What dpkg says', 'not healthy'],
  [noLists, 'What apt says', 'lists of this device could not be read'],
  [noSimulation, 'What apt says', 'No set goes in'],
  [`${noLists}\n${noSimulation}`, 'What apt says', 'No set goes in'],
  // As agents said it before they said what they were at.
  ['E: Unmet dependencies.\nThe following packages have unmet dependencies:', 'What apt says', 'No set goes in'],
  ['E: Type ‘this’ is not known on line 1 in source list broken.list', 'What apt says', 'No set goes in'],
  [notRead, 'What the agent says', 'may be old'],
  [`${lookFailed}.`, 'What the agent says', 'may be old'],
  [refused.wordsFor('facts', 'facts'), 'What the agent says', 'may be old'],
  [refused.wordsFor('packages', 'packages'), 'What the agent says', 'may be old'],
  [refused.wordsFor('missing', 'missing'), 'What the agent says', 'may be old'],
  [`${tooManyBeginning} 2000 updates within a day`, 'What the agent says', 'may be old'],
  [`${noLists}\n${interrupted}`, 'What dpkg and apt say', 'not healthy'],
  [`${noLists}\n${notTaken} it`, 'What apt and the agent say', 'lists of this device could not be read'],
  ['<b>something else</b>', 'What the device says', 'may not be healthy'],
])('the trouble %j is told by who said it: %s', (trouble, label, words) => {
  const told = tellTrouble(trouble)
  expect(told?.label ?? null).toBe(label)
  expect(told?.sentence ?? '').toContain(words)
})

test('what the door adds to a look begins as it is told', () => {
  const words = readFileSync(new URL('../../db/functions/note-look.sql', import.meta.url), 'utf8')
  expect(words).toContain(`'${tooManyBeginning} '`)
})

test('however much apt prints, what it is about stays', () => {
  const long = 'E: Failed to fetch\n'.repeat(1_000)
  const said = [sayTrouble(listsUnread, long), sayTrouble(notWorkedOut, long)].join('\n')
  expect(said.length).toBeLessThan(4_000)
  expect(tellTrouble(said)?.sentence).toContain('No set goes in')
  expect(tellTrouble(sayTrouble(listsUnread, long).slice(-4_000))?.sentence).toContain('could not be read')
})
