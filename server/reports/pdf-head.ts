import { breakLines, type Line, lineWidth } from './pdf-lines.ts'
import { addElement, drawAside, drawIn, drawLine, drawRule, pageSize, type Sheet, writeText } from './pdf-sheet.ts'
import { styles } from './pdf-styles.ts'
import { inks } from './report-look.ts'
import type { ReportWords } from './tell-report.ts'

/** The largest that a logo is drawn, in points. */
const logoBox = { width: 130, height: 36 }
const gap = 20

/** The first page down to the figures: whose report it is, from whom, and what it says in a few sentences. */
export function drawHead(sheet: Sheet, words: ReportWords, logo: { bytes: Buffer; alt: string } | null): void {
  const top = sheet.y
  if (logo) drawLogo(sheet, logo, top)
  const width = sheet.right - sheet.left - (logo ? logoBox.width + gap : 0)
  writeText(sheet, sheet.root, 'P', words.client, styles.client, width)
  writeText(sheet, sheet.root, 'P', words.by, styles.by, width)
  sheet.y = Math.max(sheet.y, logo ? top + logoBox.height : 0) + 12
  drawRule(sheet, [sheet.left, sheet.y], [sheet.right, sheet.y], inks.line)
  sheet.y += 18
  const row = sheet.y
  writeText(sheet, sheet.root, 'P', words.kicker, styles.kicker, (sheet.right - sheet.left) / 2)
  const extent = addElement(sheet, sheet.root, 'P')
  drawIn(sheet, extent, 'P', () => {
    const [line] = breakLines(sheet, words.extent, styles.kicker, Number.POSITIVE_INFINITY)
    if (line) drawLine(sheet, line, styles.kicker, sheet.right - line.width, row)
  })
  sheet.y += 10
  writeText(sheet, sheet.root, 'H1', words.title, styles.title)
  sheet.y += 6
  writeText(sheet, sheet.root, 'P', words.lead, styles.lead)
}

function drawLogo(sheet: Sheet, { bytes, alt }: { bytes: Buffer; alt: string }, top: number): void {
  const { width, height } = logoBox
  const bbox: [number, number, number, number] = [sheet.right - width, top, sheet.right, top + height]
  drawIn(sheet, addElement(sheet, sheet.root, 'Figure', { alt, bbox }), 'Figure', () => {
    sheet.doc.image(bytes, sheet.right - width, top, { fit: [width, height], align: 'right' })
  })
}

/** What stands over every page but the first: the client at the left, the month at the right. Lays those pages out to begin under it. */
export function runningHead(sheet: Sheet, words: ReportWords): { client: Line[]; kicker: Line[] } {
  const kicker = breakLines(sheet, words.kicker, styles.kicker, Number.POSITIVE_INFINITY)
  const room = sheet.right - sheet.left - lineWidth(sheet, words.kicker, styles.kicker) - gap
  const client = breakLines(sheet, words.client, styles.kicker, room).slice(0, mostLines)
  sheet.top = runningTop + Math.max(client.length, 1) * styles.kicker.leading + 22
  return { client, kicker }
}
const runningTop = 36
/** The first page has the whole name. */
const mostLines = 3

/** The running head and "Page 1 of 2", when all pages are there. */
export function drawPageMarks(sheet: Sheet, { client, kicker }: { client: Line[]; kicker: Line[] }): void {
  const { doc } = sheet
  const { count } = doc.bufferedPageRange()
  for (let page = 0; page < count; page += 1) {
    doc.switchToPage(page)
    drawAside(sheet, 'Pagination', () => {
      const words = `Page ${page + 1} of ${count}`
      const x = sheet.right - lineWidth(sheet, words, styles.foot)
      for (const line of breakLines(sheet, words, styles.foot, Number.POSITIVE_INFINITY))
        drawLine(sheet, line, styles.foot, x, pageSize.height - 44)
      if (page === 0) return
      for (const [index, line] of client.entries())
        drawLine(sheet, line, styles.kicker, sheet.left, runningTop + index * styles.kicker.leading)
      for (const line of kicker) drawLine(sheet, line, styles.kicker, sheet.right - line.width, runningTop)
    })
  }
}
