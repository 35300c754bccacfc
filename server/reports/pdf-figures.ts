import { breakLines, type TextStyle } from './pdf-lines.ts'
import { addElement, drawIn, drawLine, drawRule, makeRoom, type Sheet } from './pdf-sheet.ts'
import { styles } from './pdf-styles.ts'
import { inks } from './report-look.ts'
import type { Figure } from './tell-report.ts'

const padding = 12
/** Over the figures and their rule, under the rule, and under each value. */
const gap = 22
const above = 8
const below = 3

/** The figures side by side under a thick rule, a thin one between each two; nothing where there are none. */
export function drawFigures(sheet: Sheet, figures: Figure[], accent: { text: string; rule: string }): void {
  if (figures.length === 0) return
  const width = (sheet.right - sheet.left) / figures.length
  const columns = figures.map((figure, index) => {
    const isOuter = index === 0 || index === figures.length - 1
    const inner = width - (isOuter ? padding : 2 * padding)
    const parts: [string, TextStyle, number?][] = [
      [figure.label, styles.under],
      [figure.value, { ...styles.figure, color: accent.text }, below],
      [figure.text, styles.detail],
    ]
    return parts.map(([text, style, under = 0]) => {
      const lines = breakLines(sheet, text, style, inner)
      return { style, lines, height: lines.length * style.leading + under }
    })
  })
  const heights = columns.map((parts) => parts.reduce((sum, { height }) => sum + height, 0))
  const height = above + Math.max(...heights)
  sheet.y += gap
  makeRoom(sheet, height)
  const top = sheet.y
  drawRule(sheet, [sheet.left, top], [sheet.right, top], accent.rule, 1.4)
  for (const [index, parts] of columns.entries()) {
    const edge = sheet.left + index * width
    if (index > 0) drawRule(sheet, [edge, top + 3], [edge, top + height], inks.line)
    const group = addElement(sheet, sheet.root, 'Div')
    let y = top + above
    for (const { style, lines, height } of parts) {
      drawIn(sheet, addElement(sheet, group, 'P'), 'P', () => {
        for (const [row, line] of lines.entries())
          drawLine(sheet, line, style, index === 0 ? edge : edge + padding, y + row * style.leading)
      })
      y += height
    }
  }
  sheet.y = top + height
}
