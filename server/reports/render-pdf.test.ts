import { createHash } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Report } from './document.ts'
import { renderReportPdf } from './render-pdf.ts'
import { inks, type ReportLook } from './report-look.ts'
import { type ReportWords, tellReport } from './tell-report.ts'
import { type ReadPage, readPdf, unpackPdf } from './testing/read-pdf.ts'
import { samplePng } from './testing/sample-logos.ts'
import { badReport, emptyReport, sampleReport } from './testing/sample-reports.ts'

const look: ReportLook = { accent: '#2747c9', logo: null }
const longName = `${'Brightwater and Sons '.repeat(3)}${'x'.repeat(40)}`
const foreign = 'Ελληνικά Кириллица Łódź Việt Nam'

const cases: [name: string, report: Report, look: ReportLook][] = [
  ['an ordinary month', sampleReport(), look],
  ['a first month', sampleReport({ before: [], takenBack: [] }), look],
  ['a month without computers', emptyReport(), look],
  ['a bad month', badReport(40), { accent: '#7a1020', logo: samplePng() }],
  [
    'long names',
    badReport(3, { client: { name: longName, timeZone: 'Europe/London' }, msp: { name: foreign.repeat(3) } }),
    { ...look, logo: samplePng({ hasAlpha: false }) },
  ],
  [
    'large numbers and names without a space',
    sampleReport({
      computers: {
        all: 1_234_567,
        protected: 1_000_001,
        late: 234_566,
        held: 0,
        excepted: 0,
        waitForRestart: 0,
        noData: 0,
      },
      takenBack: [{ patch: 'p'.repeat(200), computers: 1_234_567, spared: 1_234_567, reason: 'r'.repeat(300) }],
    }),
    look,
  ],
]

describe.each(cases)('%s', (_, report, itsLook) => {
  const words = tellReport(report)
  let read: Awaited<ReturnType<typeof readPdf>>
  beforeAll(async () => {
    read = await readPdf(await renderReportPdf(report, itsLook))
  })

  test('is heard word for word, in its order', () => {
    const { pages } = read
    const heard = pages.flatMap((page) => page.heard).map(({ path, text }) => [path, withPlainSpaces(text)])
    expect(heard).toEqual(
      wordsInOrder(words, itsLook.logo !== null).map(([path, text]) => [path, withPlainSpaces(text)]),
    )
  })

  test('says what it is, in which language, and the numbers of its chart', () => {
    const { info, isTagged, pages } = read
    expect(isTagged).toBe(true)
    expect(info).toMatchObject({ Language: 'en', Title: `${words.client}: ${words.kicker}`, Author: report.msp.name })
    const alts = pages.flatMap((page) => page.heard).flatMap(({ alt }) => alt ?? [])
    const chart = words.year.points.some(({ share }) => share !== null) ? [`${words.year.lead} ${words.year.text}`] : []
    expect(alts).toEqual([...(itsLook.logo ? [report.msp.name] : []), ...chart])
  })

  test('has the heads of each column and row as heads', () => {
    const { pages } = read
    const scopes = pages.flatMap((page) => page.heard).flatMap(({ scope }) => scope ?? [])
    expect(scopes).toEqual(
      words.tables.flatMap(({ head, rows }) => [...head.map(() => 'Column'), ...rows.map(() => 'Row')]),
    )
  })

  test('numbers its pages, and names client and month on all but the first', () => {
    const { pages } = read
    for (const [index, page] of pages.entries()) {
      const asides = asidesOf(page)
      expect(asides).toContain(`Page ${index + 1} of ${pages.length}`)
      expect(asides.includes(words.client)).toBe(index > 0)
      expect(asides.includes(words.kicker)).toBe(index > 0)
    }
  })

  test('has nothing over something else or beyond the margins', () => {
    const { pages } = read
    for (const page of pages) expect(clashesOf(page)).toEqual([])
  })
})

describe('where a page ends', () => {
  const read = async (report: Report) => (await readPdf(await renderReportPdf(report, look))).pages
  /** Reads reports that grow by a row, until the third page of one begins with a table or its title. */
  const growUntilBreak = async (make: (rows: number) => Report, rows: number): Promise<ReadPage[]> => {
    for (let more = rows; more < rows + 10; more += 1) {
      const pages = await read(make(more))
      const [first] = pages[2]?.heard ?? []
      if (first && first.text !== 'How we counted') return pages
    }
    throw new Error(`Ten rows after ${rows} there was still no further page`)
  }

  test('the last row of a table does not go over alone, and its head is seen again but heard once', async () => {
    const pages = await growUntilBreak(
      (rows) => badReport(rows, { changes: null, restarts: null, exceptions: [], before: [] }),
      4,
    )
    const page = pages.at(-1)
    const table = page?.heard.slice(0, -2) ?? []
    expect(table.map(({ path }) => path.split(' ').slice(1, 3).join(' '))).toEqual(Array(8).fill('Table TR'))
    expect(table.map(({ scope }) => scope)).not.toContain('Column')
    expect(page && asidesOf(page)).toContain('UpdateUndone onNever reachedWhy')
  })

  test('no title and no head stands at its end', async () => {
    const severity = { severity: 'important', installed: 1, medianDays: 1, p95Days: 2 }
    const pages = await growUntilBreak(
      (rows) => badReport(2, { updates: { ...sampleReport().updates, bySeverity: Array(rows).fill(severity) } }),
      15,
    )
    const ends = pages.slice(0, -1).map((page) => page.heard.at(-1))
    expect(ends).toEqual(ends.map(() => expect.objectContaining({ path: 'Document Table TR TD' })))
  })
})

test('a row that is longer than a page goes on over the next ones, and nothing of it is lost', async () => {
  const reason = Array.from({ length: 1_500 }, (_, index) => `word${index}`).join(' ')
  const { pages } = await renderReportPdf(
    sampleReport({ takenBack: [{ patch: 'KB1', computers: 1, spared: 0, reason }] }),
    look,
  ).then(readPdf)
  const cells = pages.flatMap((page) => page.heard).filter(({ text }) => /^word\d/.test(text))
  expect(cells.length).toBeGreaterThan(2)
  expect(cells.map(({ text }) => text).join('')).toBe(reason)
  for (const page of pages) expect(clashesOf(page)).toEqual([])
})

test('the same report in the same look is the same file, whatever was made in between', async () => {
  const make = async () =>
    createHash('sha256')
      .update(await renderReportPdf(badReport(5), { ...look, logo: samplePng() }))
      .digest('hex')
  const first = await make()
  await renderReportPdf(sampleReport({ client: { name: foreign, timeZone: 'UTC' } }), look)
  expect(await make()).toBe(first)
  expect((await readPdf(await renderReportPdf(sampleReport(), look))).info).toMatchObject({
    CreationDate: 'D:20240901050000Z',
  })
})

test('what no font has is seen as a mark and told as it was written; what turns or hides text is gone', async () => {
  const patch = 'KB1 日本語\u202eexe.\u202c\u0007\u200b\u2028end 😀'
  const report = sampleReport({ takenBack: [{ patch, computers: 1, spared: 0, reason: '\ud800' }] })
  const bytes = await renderReportPdf(report, look)
  const heard = (await readPdf(bytes)).pages.flatMap((page) => page.heard).map(({ text }) => text)
  expect(heard).toContain('KB1 \ufffd\ufffd\ufffdexe. end \ufffd')
  expect(heard).toContain('\ufffd')
  const content = unpackPdf(bytes)
  for (const written of ['日本語', '😀']) {
    const told = Buffer.from(`\ufeff${written}`, 'utf16le').swap16()
    expect(content.includes(Buffer.concat([Buffer.from('/ActualText ('), told])), written).toBe(true)
  }
})

describe('the colour of the MSP', () => {
  const colorsOf = async (accent: string) => {
    const { pages } = await renderReportPdf(sampleReport(), { accent, logo: null }).then(readPdf)
    return {
      value: pages[0]?.seen.find(({ text }) => text === '4 days')?.color,
      words: new Set(pages.flatMap((page) => page.seen.map(({ color }) => color))),
      lines: pages.flatMap((page) => page.strokes.filter((color) => color === accent)).length,
    }
  }

  test('stands in the figures, the rule and the line where it can be read', async () => {
    const { value, lines } = await colorsOf('#7a1020')
    expect(value).toBe('#7a1020')
    expect(lines).toBeGreaterThan(11)
  })

  test('stands in no word where it cannot, and in the line as long as that is seen', async () => {
    const { value, words, lines } = await colorsOf('#e06c00')
    expect(value).toBe(inks.text)
    expect(words).not.toContain('#e06c00')
    expect(lines).toBeGreaterThan(11)
    expect((await colorsOf('#ffd23f')).lines).toBe(1)
  })
})

test('a logo that would end the process is refused before it is drawn', async () => {
  const logo = samplePng({ rows: Buffer.alloc(10) })
  await expect(renderReportPdf(sampleReport(), { ...look, logo })).rejects.toThrow('This PNG is broken')
})

/** Every word of a report with where it is heard. */
function wordsInOrder(words: ReportWords, hasLogo: boolean): [path: string, text: string][] {
  const hasYear = words.year.points.some(({ share }) => share !== null)
  return [
    ...(hasLogo ? ([['Document Figure', '']] as [string, string][]) : []),
    ...[words.client, words.by, words.kicker, words.extent].map((text): [string, string] => ['Document P', text]),
    ['Document H1', words.title],
    ['Document P', words.lead],
    ...words.figures
      .flatMap(({ label, value, text }) => [label, value, text])
      .map((text): [string, string] => ['Document Div P', text]),
    ...(hasYear ? sectionOf(words.year) : []),
    ...(hasYear ? [['Document Figure', chartText(words)] as [string, string]] : []),
    ...words.tables.flatMap((table): [string, string][] => [
      ...sectionOf(table),
      ...table.head.map((text): [string, string] => ['Document Table TR TH', text]),
      ...table.rows.flatMap((row) =>
        row.map((text, index): [string, string] => [`Document Table TR ${index === 0 ? 'TH' : 'TD'}`, text]),
      ),
    ]),
    ...sectionOf({ title: words.howCountedTitle, lead: words.howCounted }),
  ]
}

const sectionOf = ({ title, lead }: { title: string; lead: string }): [string, string][] => [
  ['Document H2', title],
  ['Document P', lead],
]

/** What stands in the chart, which is told by its own text instead: shares of the axis, the last value, months. */
function chartText({ year }: ReportWords): string {
  const least = Math.min(...year.points.flatMap(({ share }) => share ?? []))
  const axis = least < 0.5 ? [100, 75, 50, 25, 0] : least < 0.9 ? [100, 90, 80] : [100, 90]
  const last = year.points.at(-1)
  const value = last?.share == null ? '' : last.value
  return `${axis.map((share) => `${share} %`).join('')}${value}${year.points.map(({ label }) => label).join('')}`
}

const withPlainSpaces = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ')
const asidesOf = (page: ReadPage) =>
  page.seen
    .filter(({ isAside }) => isAside)
    .map(({ text }) => text)
    .join('')

/** Texts that touch another one or lie beyond the margins. */
function clashesOf({ seen }: ReadPage): string[] {
  const inked = seen.filter(({ text }) => text.trim() !== '')
  return inked.flatMap((one, index) => [
    ...(one.left < 55.9 || one.right > 539.5 + 3 || one.top < 30 || one.bottom > 812 ? [`${one.text} is outside`] : []),
    ...inked
      .slice(index + 1)
      .filter((other) => one.left < other.right - 0.5 && other.left < one.right - 0.5)
      .filter((other) => one.top < other.bottom && other.top < one.bottom)
      .map((other) => `${one.text} over ${other.text}`),
  ])
}
