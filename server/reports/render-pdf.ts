import { cleanLogo } from './check-logo.ts'
import type { Report } from './document.ts'
import { chartHeight, drawChart } from './pdf-chart.ts'
import { drawFigures } from './pdf-figures.ts'
import { loadFaces } from './pdf-fonts.ts'
import { drawHead, drawPageMarks, runningHead } from './pdf-head.ts'
import { cleanText } from './pdf-pieces.ts'
import { drawRule, makeRoom, openSheet, type Sheet, writeText } from './pdf-sheet.ts'
import { sectionGap, styles } from './pdf-styles.ts'
import { drawTable, layTable } from './pdf-table.ts'
import { accentInks, inks, type ReportLook } from './report-look.ts'
import { type ReportWords, tellReport } from './tell-report.ts'

/** What stands over the numbers and is no part of what is frozen; empty = nothing. */
export interface ReportWrapper {
  note: string
  /** `correctionSentence`. */
  correction: string
}
const nothing: ReportWrapper = { note: '', correction: '' }

/**
 * A report as the bytes of a PDF: A4, tagged for who has it read aloud. The same report in the same look gives the same bytes for ever, as long
 * as fonts and libraries stay. Throws where the logo is no picture that `cleanLogo` lets through.
 */
export function renderReportPdf(report: Report, look: ReportLook, wrapper: ReportWrapper = nothing): Promise<Buffer> {
  return renderSheet(tellReport(report), look, {
    msp: report.msp.name,
    at: new Date(report.countedAt),
    wrapper,
  })
}

/** Any words of this form as a PDF: what `renderReportPdf` says of it holds. `at` is when it was made. */
export async function renderSheet(
  words: ReportWords,
  look: ReportLook,
  { msp, at, wrapper = nothing }: { msp: string; at: Date; wrapper?: ReportWrapper },
): Promise<Buffer> {
  if (look.logo) cleanLogo(look.logo)
  const accent = accentInks(look.accent)
  const title = cleanText(`${words.client}: ${words.kicker}`)
  const sheet = openSheet(await loadFaces(), { title, author: cleanText(msp), at })
  const bytes = collect(sheet)
  const running = runningHead(sheet, words)
  drawHead(sheet, words, look.logo && { bytes: look.logo, alt: cleanText(msp) })
  drawWrapper(sheet, wrapper, msp)
  drawFigures(sheet, words.figures, accent)
  if (words.year.points.some(({ share }) => share !== null)) {
    startSection(sheet, words.year, chartHeight)
    drawChart(sheet, words.year, accent)
  }
  for (const table of words.tables) {
    const laid = layTable(sheet, table)
    startSection(sheet, table, laid.beginHeight)
    drawTable(sheet, laid)
  }
  drawFoot(sheet, words)
  drawPageMarks(sheet, running)
  sheet.doc.end()
  return bytes
}

/** Words of the MSP, and what this revision replaces, under the first sentences. */
function drawWrapper(sheet: Sheet, { note, correction }: ReportWrapper, msp: string): void {
  if (correction) {
    sheet.y += 10
    writeText(sheet, sheet.root, 'P', cleanText(correction), styles.key)
  }
  if (!note) return
  sheet.y += 14
  writeText(sheet, sheet.root, 'P', cleanText(`From ${msp}`), styles.key)
  for (const line of note.split('\n')) if (line.trim()) writeText(sheet, sheet.root, 'P', cleanText(line), styles.by)
}

/** The head of a section, on a page that has room for it and for the beginning of what it stands over. */
function startSection(sheet: Sheet, { title, lead }: { title: string; lead: string }, height: number): void {
  sheet.y += sectionGap
  const titles = styles.section.leading + 2 * styles.under.leading
  makeRoom(sheet, Math.min(titles + height, sheet.bottom - sheet.top))
  writeText(sheet, sheet.root, 'H2', title, styles.section)
  writeText(sheet, sheet.root, 'P', lead, styles.under)
  sheet.y += 4
}

function drawFoot(sheet: Sheet, words: { howCountedTitle: string; howCounted: string }): void {
  sheet.y += sectionGap
  makeRoom(sheet, 10 + 5 * styles.foot.leading)
  drawRule(sheet, [sheet.left, sheet.y], [sheet.right, sheet.y], inks.lineStrong)
  sheet.y += 10
  writeText(sheet, sheet.root, 'H2', words.howCountedTitle, styles.footTitle)
  writeText(sheet, sheet.root, 'P', words.howCounted, styles.foot)
}

function collect({ doc }: Sheet): Promise<Buffer> {
  const chunks: Buffer[] = []
  doc.on('data', (chunk: Buffer) => chunks.push(chunk))
  return new Promise((resolve, reject) => {
    doc.on('end', () => resolve(Buffer.concat(chunks)))
    doc.on('error', reject)
  })
}
