import { expect, test } from 'vitest'
import { formatMonth } from '../../components/format.ts'
import { yearUpTo } from './months.ts'
import { tellYear } from './tell-year.ts'
import { emptyReport, sampleReport } from './testing/sample-reports.ts'

test('twelve months end with the one that is asked for', () => {
  expect(yearUpTo('2024-02')).toEqual([
    '2023-03',
    '2023-04',
    '2023-05',
    '2023-06',
    '2023-07',
    '2023-08',
    '2023-09',
    '2023-10',
    '2023-11',
    '2023-12',
    '2024-01',
    '2024-02',
  ])
})

test('each month has its place, one without a report or a computer too', () => {
  const { points, text } = tellYear(
    sampleReport({
      before: [
        { month: '2022-01', all: 10, protected: 1 },
        { month: '2024-03', all: 0, protected: 0 },
        { month: '2024-06', all: 10, protected: 9 },
      ],
    }),
  )
  expect(points.map(({ label, value }) => `${label} ${value}`)).toEqual([
    ...['Sep', 'Oct', 'Nov', 'Dec', 'Jan', 'Feb', 'Mar', 'Apr', 'May'].map((label) => `${label} –`),
    'Jun 90.0\u202f%',
    'Jul –',
    'Aug 96.9\u202f%',
  ])
  expect(points[0]?.share).toBeNull()
  expect(text).toBe(`${formatMonth('2024-06')} 90.0\u202f% and August 2024 96.9\u202f%.`)
})

test('a year without a number says so', () => {
  expect(tellYear(emptyReport()).text).toBe('No month has a number yet.')
})
