import { describe, expect, test } from 'vitest'
import type { Report, Standing } from './document.ts'
import { type ReportWords, tellReport } from './tell-report.ts'
import { emptyReport } from './testing/sample-reports.ts'

const none: Standing = { all: 0, protected: 0, late: 0, held: 0, excepted: 0, waitForRestart: 0, noData: 0 }
const { updates: quiet } = emptyReport()
const report = (computers: Partial<Standing>, more: Partial<Report> = {}): Report => ({
  ...{ form: 2, month: '2026-08', from: '2026-07-31T23:00:00.000Z', to: '2026-08-31T23:00:00.000Z' },
  standsAt: '2026-08-31T23:00:00.000Z',
  ...{
    countedAt: '2026-09-01T05:12:00.000Z',
    msp: { name: 'Northfold IT' },
    policy: '3.1',
    asks: ['Cyber Essentials', 'the policy'],
  },
  client: { name: 'Brightwater Accountants', timeZone: 'Europe/London' },
  computers: { ...none, ...computers },
  ...{ silent: 0, changes: null, restarts: null, exceptions: [], before: [], updates: quiet, takenBack: [] },
  ...more,
})
const busy: Report['updates'] = {
  ...{
    installed: 410,
    computers: 95,
    medianDays: 3.6,
    p95Days: 11.2,
    withDueDate: 40,
    inTime: 38,
    firstTries: 412,
    firstTriesProved: 401,
  },
  bySeverity: [{ severity: 'critical', installed: 40, medianDays: 0.4, p95Days: 1.2 }],
}
const takenBack = [{ patch: 'openssh 9.8', computers: 2, spared: 94, reason: 'The service stopped' }]

describe('a month as a board reads it', () => {
  test('a good one: what is well, what is not and why, what was taken back', () => {
    const words = tellReport(
      report(
        { all: 96, protected: 93, waitForRestart: 2, noData: 1 },
        {
          updates: busy,
          takenBack,
          before: [{ month: '2026-07', all: 97, protected: 90 }],
        },
      ),
    )
    expect(words.title).toBe('Your computers were well protected in August')
    expect(words.lead).toBe(
      'At the end of the month, 93 of your 96 computers had every important update that was due. 2 wait for a restart and 1 has not been heard of for three days or more. 1 faulty update was stopped and taken back.',
    )
    expect(words.figures.map(({ label, value }) => `${label} ${value}`)).toEqual([
      'Protected 96.9\u202f%',
      'Typical wait 4 days',
      'Taken back 2 of 412',
    ])
    expect(words.figures[0]?.text).toContain('It was 92.8\u202f% in July.')
    expect(words.howCounted).toContain('Counted Tue 1 Sep 2026 06:12, Europe/London, under policy version 3.1')
  })

  test.each([
    [
      { all: 20, protected: 19, late: 1 },
      'Your computers were well protected in August',
      '1 lacks one that is past its due date.',
    ],
    [
      { all: 20, protected: 18, held: 2 },
      'Most of your computers were protected in August',
      'For 2 it was stopped on purpose.',
    ],
    [
      { all: 20, protected: 15, noData: 5 },
      'Your computers need attention after August',
      '5 have not been heard of for three days or more.',
    ],
    [
      { all: 3, late: 3 },
      'Your computers need attention after August',
      'At the end of the month, none of your 3 computers',
    ],
    [
      { all: 1, protected: 1 },
      'Your computers were well protected in August',
      'At the end of the month your computer had every',
    ],
    [
      { all: 4, protected: 4 },
      'Your computers were well protected in August',
      'all your 4 computers had every important update',
    ],
    [{}, 'No computer was looked after in August', 'Northfold IT had no computer of yours'],
  ])('%o', (computers, title, part) => {
    const words = tellReport(report(computers))
    expect(words.title).toBe(title)
    expect(words.lead).toContain(part)
  })

  test('a month without updates is no praise and no number', () => {
    const { lead, figures } = tellReport(report({ all: 4, protected: 4 }))
    expect(lead).toContain('No update was installed in this month.')
    expect(figures.map(({ value }) => value)).toEqual(['100.0\u202f%', '–', '0 of 0'])
  })
})

test('every computer stands in one line of the table, and the lines add up', () => {
  const words = tellReport(report({ all: 12, protected: 5, late: 3, held: 2, waitForRestart: 1, noData: 1 }))
  const [standing] = words.tables
  const counts = standing?.rows.map((row) => Number(row[1])) ?? []
  expect(counts.slice(0, -1).reduce((sum, count) => sum + count, 0)).toBe(counts.at(-1))
})

describe('what the client can do, and what changed', () => {
  const tableOf = (words: ReportWords, title: string) => words.tables.find((table) => table.title === title)?.rows

  test('is asked of them only where it is needed', () => {
    expect(tableOf(tellReport(report({ all: 4, protected: 4 })), 'What we ask of you')).toBeUndefined()
    const asked = tableOf(
      tellReport(report({ all: 4, protected: 1, waitForRestart: 2, noData: 1 })),
      'What we ask of you',
    )
    expect(asked?.map(([what]) => what)).toEqual([
      'Tell us whether this computer is still in use.',
      'Let 2 computers restart.',
    ])
    expect(asked?.[0]?.[1]).toContain('Nobody has heard of it for three days or more.')
  })

  test('stands against the month before', () => {
    const before = [{ month: '2026-07', all: 20, protected: 15 }]
    const changed = { before, changes: { came: 3, left: 1 }, restarts: { done: 7, computers: 5 } }
    expect(tableOf(tellReport(report({ all: 22, protected: 20, late: 2 }, changed)), 'What changed')).toEqual([
      ['Computers that came', '3'],
      ['Computers that left', '1'],
      ['Protected in July', '15 of 20'],
      ['Protected in August', '20 of 22'],
      ['Restarts that updates asked for', '7 on 5 computers'],
    ])
  })

  test('is not said where nobody knows it', () => {
    expect(tableOf(tellReport(report({ all: 4, protected: 4 })), 'What changed')).toBeUndefined()
  })
})

test('computers that an exception keeps without an update stand in a line of their own', () => {
  const { lead, tables } = tellReport(report({ all: 10, protected: 8, excepted: 2 }))
  expect(lead).toContain('2 go without one by an exception that was agreed on.')
  expect(tables[0]?.rows.find(([name]) => name === 'Excepted')?.[1]).toBe('2')
})

test('a report of form 1 says that it stands for the moment of counting', () => {
  const standsAt = '2026-09-01T05:12:00.000Z'
  expect(tellReport(report({ all: 4, protected: 4 }, { standsAt })).tables[0]?.lead).toContain('When this was counted')
})

test('an exception stands with what protects instead, who answers for it and until when', () => {
  const exception = {
    ...{ patch: 'java 8, all versions', reach: 'ws-12', reason: 'the ledger needs it', owner: 'Mia Lane' },
    ...{ measure: 'No browser on it', lastDay: '2027-02-28', agreedBy: 'Mia Lane' },
  }
  const exceptions = [
    { ...exception, isInForce: true },
    { ...exception, reach: 'all computers', isInForce: false },
  ]
  const table = tellReport(report({ all: 10, protected: 10 }, { exceptions })).tables.find(
    ({ title }) => title === 'Kept off on purpose',
  )
  expect(table?.rows).toEqual([
    ['java 8, all versions', 'ws-12', 'No browser on it', 'Sun 28 Feb 2027, by Mia Lane'],
    ['java 8, all versions', 'all computers', 'No browser on it', 'It is over'],
  ])
})
