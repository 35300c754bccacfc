import PDFDocument from 'pdfkit'
import type { Faces } from './pdf-fonts.ts'
import { breakLines, type Line, type Setter, type TextStyle } from './pdf-lines.ts'

declare global {
  namespace PDFKit.Mixins {
    // What pdfkit takes and its types leave out.
    interface StructureElementOptions {
      scope?: 'Column' | 'Row'
      bbox?: [left: number, top: number, right: number, bottom: number]
    }
  }
}

/** An element of the order in which a sheet is read aloud. */
export type Element = PDFKit.PDFStructureElement

/** The pages under the pen: where the next thing goes, and where a page ends. All measures in points, from the top left. */
export interface Sheet extends Setter {
  doc: PDFKit.PDFDocument
  /** The whole document; everything that is read hangs under it. */
  root: Element
  left: number
  right: number
  /** Where a page after the first begins, and where each one ends. */
  top: number
  bottom: number
  y: number
}

/** A4, in points. */
export const pageSize = { width: 595.28, height: 841.89 }
const side = 56
const foot = 64
/** Sums of points are not exact. */
const rounding = 0.01

/** An empty first page. `info` is what a reader shows of the file; the same input always gives the same bytes. */
export function openSheet(faces: Faces, info: { title: string; author: string; at: Date }): Sheet {
  const doc = new PDFDocument({
    size: [pageSize.width, pageSize.height],
    margin: 0,
    bufferPages: true,
    pdfVersion: '1.7',
    tagged: true,
    lang: 'en',
    displayTitle: true,
    info: {
      Title: info.title,
      Author: info.author,
      Creator: 'Patchward',
      Producer: 'Patchward',
      CreationDate: info.at,
    },
  })
  for (const face of [...faces.regular, ...faces.strong]) doc.registerFont(face.name, face.bytes)
  const root = doc.struct('Document')
  doc.addStructure(root)
  const widthOf = (face: string, size: number, text: string) => doc.font(face).fontSize(size).widthOfString(text)
  const bottom = pageSize.height - foot
  return { doc, faces, widthOf, root, left: side, right: pageSize.width - side, top: side, bottom, y: side }
}

/** Begins a page unless `height` still has room on this one; says whether it did. */
export function makeRoom(sheet: Sheet, height: number): boolean {
  if (sheet.y + height <= sheet.bottom + rounding) return false
  sheet.doc.addPage()
  sheet.y = sheet.top
  return true
}

/** A part of the reading order under `parent`. */
export function addElement(
  sheet: Sheet,
  parent: Element,
  role: string,
  options: PDFKit.Mixins.StructureElementOptions = {},
): Element {
  const element = sheet.doc.struct(role, options)
  parent.add(element)
  return element
}

/** Draws what belongs to an element, on the page as it stands: one that goes over two pages is drawn in two turns. */
export function drawIn(sheet: Sheet, element: Element, role: string, draw: () => void): void {
  const content = sheet.doc.markStructureContent(role)
  draw()
  sheet.doc.endMarkedContent()
  element.add(content)
}

/** Draws what nobody reads aloud: rules, and what is repeated on each page. */
export function drawAside(sheet: Sheet, type: 'Layout' | 'Pagination', draw: () => void): void {
  sheet.doc.markContent('Artifact', { type })
  draw()
  sheet.doc.endMarkedContent()
}

/** A line between two points. */
export function drawRule(sheet: Sheet, from: [number, number], to: [number, number], color: string, width = 0.6): void {
  drawAside(sheet, 'Layout', () => {
    sheet.doc
      .moveTo(...from)
      .lineTo(...to)
      .lineWidth(width)
      .stroke(color)
  })
}

/** Sets one line whose row of type begins at `top`; with `right` it ends there. Inside of `drawIn` or `drawAside`. */
export function drawLine({ doc }: Sheet, line: Line, style: TextStyle, x: number, top: number): void {
  const { size, leading, tracking = 0, color } = style
  // Half of a capital's height under the middle of its row.
  const baseline = top + leading / 2 + size * 0.35
  let at = x
  for (const { face, text, scale, written, width } of line.pieces) {
    if (written) doc.markContent('Span', { actual: written })
    doc
      .font(face)
      .fontSize(size * scale)
      .fillColor(color)
      .text(text, at, baseline, { lineBreak: false, baseline: 'alphabetic', characterSpacing: tracking * size })
    if (written) doc.endMarkedContent()
    at += width
  }
}

/** A paragraph or a head from `sheet.y` on, over as many pages as it takes; leaves `sheet.y` under it. */
export function writeText(sheet: Sheet, parent: Element, role: string, text: string, style: TextStyle, width?: number) {
  const lines = breakLines(sheet, text, style, width ?? sheet.right - sheet.left)
  const element = addElement(sheet, parent, role)
  let next = 0
  while (next < lines.length) {
    makeRoom(sheet, style.leading)
    const room = Math.max(1, Math.floor((sheet.bottom - sheet.y) / style.leading))
    const here = lines.slice(next, next + room)
    drawIn(sheet, element, role, () => {
      for (const [index, line] of here.entries())
        drawLine(sheet, line, style, sheet.left, sheet.y + index * style.leading)
    })
    sheet.y += here.length * style.leading
    next += here.length
  }
}
