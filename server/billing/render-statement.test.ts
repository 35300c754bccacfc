import { expect, test } from 'vitest'
import { plainLook } from '../reports/report-look.ts'
import { readPdf } from '../reports/testing/read-pdf.ts'
import { daysOf } from './month.ts'
import { renderStatement } from './render-statement.ts'
import type { Statement } from './tell-statement.ts'

const statement: Statement = {
  ...{ month: '2026-10', client: 'Mill Lane Dental', msp: 'Northfold IT', madeAt: new Date('2026-11-01T00:20:00Z') },
  ...{ peak: 182, number: 84, cents: 7_752, isFree: false, currency: 'EUR' },
  days: daysOf('2026-10').map((day, place) => ({
    day,
    ...(place >= 11 && place < 14
      ? { enrolled: 182, peak: 180, isFree: true }
      : { enrolled: 86, peak: 84, isFree: false }),
  })),
}

test('a statement has the amount, the numbers and every day, and is read aloud in their order', async () => {
  const bytes = await renderStatement(statement, plainLook)
  const { info, isTagged, pages } = await readPdf(bytes)
  const heard = pages.flatMap((page) => page.heard)
  expect(isTagged).toBe(true)
  expect(info).toMatchObject({ Title: 'Mill Lane Dental: Statement, October 2026', Author: 'Northfold IT' })
  expect(heard.find(({ path }) => path === 'Document H1')?.text).toBe('€77.52 for October 2026')
  const days = heard
    .filter(({ path, scope }) => path === 'Document Table TR TH' && scope === 'Row')
    .map(({ text }) => text)
  expect(days).toEqual(daysOf('2026-10'))
  expect(heard.filter(({ path, text }) => path === 'Document Table TR TD' && text === 'Free')).toHaveLength(3)
})

test('of a month in a trial nothing is taken, and it says what it would have been', async () => {
  const { pages } = await readPdf(await renderStatement({ ...statement, isFree: true }, plainLook))
  const heard = pages.flatMap((page) => page.heard)
  expect(heard.find(({ path }) => path === 'Document H1')?.text).toBe('€0.00 for October 2026')
  const words = heard.map(({ text }) => text).join(' ')
  expect(words).toContain('Nothing is taken for the month')
  expect(words).toContain('without the trial it would be €77.52')
})

test('who has no device on any day is told so, on one page', async () => {
  const { pages } = await readPdf(
    await renderStatement({ ...statement, peak: 0, number: 0, cents: 0, days: [] }, plainLook),
  )
  expect(pages).toHaveLength(1)
  const heard = pages.flatMap((page) => page.heard)
  expect(heard.map(({ text }) => text).join(' ')).toContain('No device counts for this month')
})

test('the same statement is the same file, byte by byte', async () => {
  const [one, other] = await Promise.all([renderStatement(statement, plainLook), renderStatement(statement, plainLook)])
  expect(one.equals(other)).toBe(true)
})
