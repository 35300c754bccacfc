import { inflateSync } from 'node:zlib'
import { getDocument, OPS, type PDFPageProxy } from 'pdfjs-dist/legacy/build/pdf.mjs'

/** What is heard: an element with words or a picture, in reading order. Its `path` is "Table TR TH". */
export interface Heard {
  path: string
  text: string
  alt?: string
  scope?: string
}

/** A stretch of text as it stands on the page, or a picture, in points from the top left; nothing hears `isAside`. */
export interface Seen {
  text: string
  left: number
  right: number
  top: number
  bottom: number
  color: string
  isAside: boolean
}

export interface ReadPage {
  heard: Heard[]
  seen: Seen[]
  /** The colours of all lines and marks. */
  strokes: string[]
}

type Tree = Awaited<ReturnType<PDFPageProxy['getStructTree']>>
interface Glyph {
  unicode: string
  width: number
}

/** Opens a PDF with a reader that is not the one who wrote it. */
export async function readPdf(bytes: Buffer) {
  const opening = getDocument({ data: new Uint8Array(bytes), verbosity: 0 })
  const opened = await opening.promise
  const { info } = await opened.getMetadata()
  const pages: ReadPage[] = []
  for (let number = 1; number <= opened.numPages; number += 1) pages.push(await readPage(await opened.getPage(number)))
  await opening.destroy()
  return { info, isTagged: bytes.includes('/Marked true'), pages }
}

/** The inner text of all content, unpacked: for what a reader does not show. */
export function unpackPdf(bytes: Buffer): Buffer {
  const streams: Buffer[] = []
  for (let at = bytes.indexOf('stream\n'); at >= 0; at = bytes.indexOf('stream\n', at + 1)) {
    if (bytes.toString('latin1', at - 3, at) === 'end') continue
    try {
      streams.push(inflateSync(bytes.subarray(at + 7, bytes.indexOf('\nendstream', at))))
    } catch {
      // A picture or a font that is packed in another way.
    }
  }
  return Buffer.concat(streams)
}

async function readPage(page: PDFPageProxy): Promise<ReadPage> {
  const { width, height } = page.getViewport({ scale: 1 })
  if (Math.abs(width - 595.28) > 0.1 || Math.abs(height - 841.89) > 0.1) throw new Error('A page is not A4')
  const { texts, seen, strokes } = readContent(await page.getOperatorList(), height)
  return { heard: listHeard(await page.getStructTree(), texts), seen, strokes }
}

function readContent({ fnArray, argsArray }: Awaited<ReturnType<PDFPageProxy['getOperatorList']>>, height: number) {
  const texts = new Map<number, string>()
  const seen: Seen[] = []
  const strokes: string[] = []
  const marks: (number | 'aside' | null)[] = []
  let [x, y, size, spacing, color] = [0, 0, 0, 0, '']
  let placed = [0, 0, 0, 0, 0, 0]
  for (const [index, fn] of fnArray.entries()) {
    const args = argsArray[index]
    if (fn === OPS.beginMarkedContentProps || fn === OPS.beginMarkedContent)
      marks.push(args[0] === 'Artifact' ? 'aside' : (args[1] ?? null))
    else if (fn === OPS.endMarkedContent) marks.pop()
    else if (fn === OPS.transform) placed = args
    else if (fn === OPS.paintImageXObject) {
      const [wide = 0, , , high = 0, left = 0, bottom = 0] = placed
      seen.push({ text: '(picture)', left, right: left + wide, top: bottom + high, bottom, color: '', isAside: false })
    } else if (fn === OPS.setTextMatrix) [x, y] = [args[0][4], args[0][5]]
    else if (fn === OPS.setFont) size = args[1]
    else if (fn === OPS.setCharSpacing) spacing = args[0]
    else if (fn === OPS.setFillRGBColor) color = args[0]
    else if (fn === OPS.setStrokeRGBColor) strokes.push(args[0])
    else if (fn === OPS.showText) {
      // The reader's own form, which its types leave open: signs, and between them what moves them closer.
      const parts = args[0] as (Glyph | number)[]
      const glyphs = parts.filter((part) => typeof part === 'object')
      const text = glyphs.map(({ unicode }) => unicode).join('')
      const wide = parts.reduce<number>((sum, part) => sum + (typeof part === 'number' ? -part : part.width), 0)
      const mark = marks.find((each) => each !== null)
      if (mark === undefined || mark === null) throw new Error(`"${text}" is neither read nor aside`)
      if (typeof mark === 'number') texts.set(mark, (texts.get(mark) ?? '') + text)
      const right = x + (wide * size) / 1000 + glyphs.length * spacing
      const baseline = height - y
      seen.push({
        text,
        left: x,
        right,
        top: baseline - size * 0.7,
        bottom: baseline,
        color,
        isAside: mark === 'aside',
      })
      x = right
    }
  }
  return { texts, seen, strokes }
}

function listHeard(tree: Tree, texts: Map<number, string>): Heard[] {
  const heard: Heard[] = []
  const walk = (node: Tree, path: string[]) => {
    const ids = node.children.flatMap((child) => ('id' in child ? [Number(/_mc(\d+)$/.exec(child.id)?.[1])] : []))
    // What the reader gives beyond its types.
    const { alt, scope } = node as { alt?: string; scope?: string }
    if (ids.length > 0)
      heard.push({
        path: path.join(' '),
        text: ids.map((id) => texts.get(id) ?? '').join(''),
        ...(alt !== undefined && { alt }),
        ...(scope !== undefined && { scope }),
      })
    for (const child of node.children) if ('role' in child) walk(child, [...path, child.role])
  }
  walk(tree, [])
  return heard
}
