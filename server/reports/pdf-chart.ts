import { formatPercent } from '../../components/format.ts'
import { chartOf, monthX, type Plot } from './chart-scale.ts'
import { breakLines, lineWidth, type TextStyle } from './pdf-lines.ts'
import { addElement, drawIn, drawLine, type Sheet } from './pdf-sheet.ts'
import { styles } from './pdf-styles.ts'
import { inks } from './report-look.ts'
import type { YearPoint, YearWords } from './tell-year.ts'

const plotHeight = 86
/** Over the plot for the value of a point at its upper edge, under it for the months, right of it for the shares. */
const over = 18
const under = 18
const beside = 46

/** All that the chart takes, in points. */
export const chartHeight = over + plotHeight + under

/** The shares of a year as a line; a month without one is a gap in it. Nothing where no month has a share. */
export function drawChart(sheet: Sheet, year: YearWords, accent: { text: string; line: string }): void {
  const [top, bottom] = [sheet.y + over, sheet.y + over + plotHeight]
  const plot: Plot = { left: sheet.left, right: sheet.right - beside, top, bottom }
  const chart = chartOf(
    year.points.map(({ share }) => share),
    plot,
  )
  if (chart.dots.length === 0) return
  const bbox: [number, number, number, number] = [sheet.left, sheet.y, sheet.right, sheet.y + chartHeight]
  const figure = addElement(sheet, sheet.root, 'Figure', { alt: `${year.lead} ${year.text}`, bbox })
  drawIn(sheet, figure, 'Figure', () => {
    for (const { share, y } of chart.ticks) {
      stroke(sheet, [plot.left, y], [plot.right, y], inks.line, 0.6)
      drawLabel(sheet, formatPercent(Math.round(share * 100)), styles.axis, plot.right + 6, y - 5.5, 0)
    }
    drawRuns(sheet, chart.runs, accent.line)
    drawLast(sheet, year.points, chart, accent.text)
    for (const [index, { label }] of year.points.entries()) {
      const style = index === year.points.length - 1 ? styles.axisNow : styles.axis
      drawLabel(sheet, label, style, monthX(index, year.points.length, plot), bottom + 6, 0.5)
    }
  })
  sheet.y += chartHeight
}

type Dot = ReturnType<typeof chartOf>['dots'][number]

function drawRuns(sheet: Sheet, runs: readonly Dot[][], color: string): void {
  for (const run of runs)
    for (const [place, to] of run.entries()) {
      const from = run[place - 1]
      if (from) stroke(sheet, [from.x, from.y], [to.x, to.y], color, 1.4)
    }
  const last = runs.at(-1)?.at(-1)
  for (const dot of runs.flat()) {
    const isLast = dot === last
    sheet.doc.circle(dot.x, dot.y, isLast ? 3 : 1.8).lineWidth(1)
    if (isLast) sheet.doc.fill(color)
    else sheet.doc.fillAndStroke(inks.canvas, color)
  }
}

/** The value of the last month. */
function drawLast(sheet: Sheet, points: YearPoint[], chart: ReturnType<typeof chartOf>, color: string): void {
  const dot = chart.dots.at(-1)
  if (dot) drawValue(sheet, points[dot.index]?.value ?? '', color, dot.x, dot.y + (chart.isLastBelow ? 5 : -16))
}

function stroke({ doc }: Sheet, from: [number, number], to: [number, number], color: string, width: number): void {
  doc
    .moveTo(...from)
    .lineTo(...to)
    .lineCap('round')
    .lineWidth(width)
    .stroke(color)
}

/** The number at a point: on paper of its own, so that no line goes through it. */
function drawValue(sheet: Sheet, text: string, color: string, x: number, top: number): void {
  const style: TextStyle = { ...styles.axisNow, size: 8.5, color }
  const width = lineWidth(sheet, text, style) + 2
  sheet.doc.rect(x - width / 2, top + 1.5, width, style.leading - 3).fill(inks.canvas)
  drawLabel(sheet, text, style, x, top, 0.5)
}

/** A short text whose `share` lies left of `x`: 0.5 centres it. */
function drawLabel(sheet: Sheet, text: string, style: TextStyle, x: number, top: number, share: number): void {
  const from = x - lineWidth(sheet, text, style) * share
  for (const line of breakLines(sheet, text, style, Number.POSITIVE_INFINITY)) drawLine(sheet, line, style, from, top)
}
