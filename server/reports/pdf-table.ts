import { columnWidths } from './pdf-columns.ts'
import { breakLines, type Line, lineWidth, type TextStyle } from './pdf-lines.ts'
import { addElement, drawAside, drawIn, drawLine, drawRule, type Element, makeRoom, type Sheet } from './pdf-sheet.ts'
import { styles } from './pdf-styles.ts'
import { inks } from './report-look.ts'
import type { ReportWords } from './tell-report.ts'

type Table = ReportWords['tables'][number]
interface Column {
  left: number
  width: number
  isNumber: boolean
}
interface Cell {
  column: Column
  style: TextStyle
  lines: Line[]
}

const columnGap = 16
/** Above and below the text of a row. */
const padding = 4
/** Sums of points are not exact: a line that fits but for this part of it, fits. */
const roundingLines = 0.001

/** A table as it will be drawn; it wants `beginHeight` under its title, so that no head stands without a row. */
export interface LaidTable {
  head: Cell[]
  rows: { cells: Cell[]; kept: number }[]
  beginHeight: number
}

/** Breaks the texts of a table into the columns that it will have. */
export function layTable(sheet: Sheet, table: Table): LaidTable {
  const columns = columnsOf(sheet, table)
  const head = columns.map((column, index) => cellOf(sheet, column, table.head[index] ?? '', styles.head))
  const cells = table.rows.map((row) =>
    columns.map((column, index) => cellOf(sheet, column, row[index] ?? '', styleOf(column, index, row))),
  )
  const most = sheet.bottom - sheet.top - headHeight(head)
  const rows = cells.map((row, index) => {
    // The last row never goes over to a page alone.
    const next = index === cells.length - 2 ? rowHeight(cells[index + 1] ?? []) : 0
    return { cells: row, kept: Math.min(rowHeight(row) + next, most) }
  })
  return { head, rows, beginHeight: headHeight(head) + (rows[0]?.kept ?? 0) }
}

/** A table without a frame; where it goes over to another page its head is drawn again, but read once. */
export function drawTable(sheet: Sheet, { head, rows }: LaidTable): void {
  const element = addElement(sheet, sheet.root, 'Table')
  const headRow = addElement(sheet, element, 'TR')
  for (const cell of head) {
    const header = addElement(sheet, headRow, 'TH', { scope: 'Column' })
    drawIn(sheet, header, 'TH', () => drawCell(sheet, cell, cell.lines))
  }
  endRow(sheet, headHeight(head), inks.lineStrong)
  for (const { cells, kept } of rows)
    drawRow(sheet, element, cells, kept, () => {
      drawAside(sheet, 'Pagination', () => {
        for (const cell of head) drawCell(sheet, cell, cell.lines)
      })
      endRow(sheet, headHeight(head), inks.lineStrong)
    })
}

function columnsOf(sheet: Sheet, { head, rows, isNumber }: Table): Column[] {
  const natural = head.map((word, index) => {
    const cells = rows.map((row) => lineWidth(sheet, row[index] ?? '', index === 0 ? styles.key : styles.cell))
    return Math.max(lineWidth(sheet, word, styles.head), ...cells) + 0.1
  })
  const widths = columnWidths(natural, isNumber, sheet.right - sheet.left - columnGap * (head.length - 1))
  let left = sheet.left
  return widths.map((width, index) => {
    const column = { left, width, isNumber: isNumber[index] ?? false }
    left += width + columnGap
    return column
  })
}

const styleOf = ({ isNumber }: Column, index: number, row: string[]): TextStyle =>
  index === 0 ? styles.key : isNumber && row[index] === '0' ? { ...styles.cell, color: inks.text3 } : styles.cell

const cellOf = (sheet: Sheet, column: Column, text: string, style: TextStyle): Cell => ({
  column,
  style,
  lines: breakLines(sheet, text, style, column.width),
})

function drawCell(sheet: Sheet, { column, style }: Cell, lines: Line[]): void {
  for (const [index, line] of lines.entries()) {
    const x = column.isNumber ? column.left + column.width - line.width : column.left
    drawLine(sheet, line, style, x, sheet.y + padding + index * style.leading)
  }
}

function endRow(sheet: Sheet, height: number, color: string): void {
  sheet.y += height
  drawRule(sheet, [sheet.left, sheet.y], [sheet.right, sheet.y], color)
}

const lineCount = (cells: Cell[]) => Math.max(1, ...cells.map(({ lines }) => lines.length))
const headHeight = (head: Cell[]) => lineCount(head) * styles.head.leading + 2 * padding
const rowHeight = (cells: Cell[], lines = lineCount(cells)) => lines * styles.cell.leading + 2 * padding

/** A row begins where `kept` points are left under its beginning; only one that is longer than a page goes over to the next. */
function drawRow(sheet: Sheet, table: Element, cells: Cell[], kept: number, drawHead: () => void): void {
  const { leading } = styles.cell
  const total = lineCount(cells)
  if (makeRoom(sheet, kept)) drawHead()
  const row = addElement(sheet, table, 'TR')
  const roles = cells.map((_, index) => (index === 0 ? 'TH' : 'TD'))
  const elements = roles.map((role) => addElement(sheet, row, role, role === 'TH' ? { scope: 'Row' } : {}))
  for (let from = 0; from < total; ) {
    if (from > 0 && makeRoom(sheet, rowHeight(cells, 1))) drawHead()
    const room = Math.floor((sheet.bottom - sheet.y - 2 * padding) / leading + roundingLines)
    const to = Math.min(total, from + Math.max(1, room))
    for (const [index, element] of elements.entries()) {
      const cell = cells[index]
      const lines = cell?.lines.slice(from, to) ?? []
      if (cell && lines.length > 0) drawIn(sheet, element, roles[index] ?? 'TD', () => drawCell(sheet, cell, lines))
    }
    endRow(sheet, rowHeight(cells, to - from), inks.line)
    from = to
  }
}
