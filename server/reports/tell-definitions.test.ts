import { expect, test } from 'vitest'
import { numberNames, reportNumbers } from '../report-rows/rules.ts'
import { reportSchema } from './document.ts'
import { tellDefinitions } from './tell-definitions.ts'
import { sampleReport } from './testing/sample-reports.ts'

const report = sampleReport({})

test('every count of a report has a definition, and no two share a name', () => {
  const told = tellDefinitions(report)
  expect(new Set(told.map(({ name }) => name)).size).toBe(told.length)
  expect(told.every(({ formula }) => /[.]$/.test(formula))).toBe(true)
  // Lists, and texts, have no number of their own.
  const counts = Object.keys(reportSchema.shape.computers.shape).length
  expect(numberNames.filter((name) => reportNumbers[name].kind === 'standing')).toHaveLength(counts + 1)
})

test('each value is the frozen one', () => {
  const told = new Map(tellDefinitions(report).map(({ name, value }) => [name, value]))
  expect(told.get('Computers')).toBe(String(report.computers.all))
  expect(told.get('Waiting for a restart')).toBe(String(report.computers.waitForRestart))
  expect(told.get('In time')).toBe(String(report.updates.inTime))
})

test('what was not kept is said so, and is no zero', () => {
  const told = tellDefinitions({ ...report, changes: null, restarts: null })
  expect(told.filter(({ value }) => value === 'Not kept').map(({ rows }) => rows)).toEqual([
    'came',
    'left',
    'restarts',
    'restarted-computers',
  ])
})

test('a month without computers has no share and no wait', () => {
  const none = { ...report.computers, all: 0, protected: 0 }
  const told = tellDefinitions({
    ...report,
    computers: none,
    updates: { ...report.updates, medianDays: null, p95Days: null },
  })
  expect(told.slice(-3).map(({ value }) => value)).toEqual(['–', '–', '–'])
})
