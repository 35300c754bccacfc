import type { Faces, Weight } from './pdf-fonts.ts'
import { cleanText, joinPieces, type Piece, piecesOf, signsOf } from './pdf-pieces.ts'

/** How a text is set, in points; `tracking` in parts of the size. */
export interface TextStyle {
  size: number
  leading: number
  weight: Weight
  tracking?: number
  color: string
}

export interface Line {
  pieces: (Piece & { width: number })[]
  /** Without the space at its end. */
  width: number
}

/** Measures and breaks texts: what of a document is needed for it, so that it can be had without one. */
export interface Setter {
  faces: Faces
  /** The width of a text in one face, in points. */
  widthOf: (face: string, size: number, text: string) => number
}

/**
 * A text in lines of at most `width` points: broken at spaces and after the hyphens and
 * strokes of a name, elsewhere within a word only where it alone is too long.
 */
export function breakLines(setter: Setter, text: string, style: TextStyle, width: number): Line[] {
  const lines: Line[] = []
  let line: Line = { pieces: [], width: 0 }
  let full = 0
  const end = () => {
    const pieces = joinPieces(line.pieces, (last, next) => ({ width: last.width + next.width }))
    lines.push({ ...line, pieces })
    line = { pieces: [], width: 0 }
    full = 0
  }
  const put = (word: string) => {
    const pieces = measurePieces(setter, word, style)
    const wordFull = widthSum(pieces)
    const wordWidth = word.endsWith(' ') ? widthSum(measurePieces(setter, word.trimEnd(), style)) : wordFull
    if (full > 0 && full + wordWidth > width) end()
    if (wordWidth > width && signsOf(word).length > 1) {
      for (const sign of signsOf(word)) put(sign)
      return
    }
    line.pieces.push(...pieces)
    line.width = full + wordWidth
    full += wordFull
  }
  for (const word of cleanText(text).match(/[^ ]+?(?:[-/](?=\p{L})| +|$)| +/gu) ?? []) put(word)
  if (line.pieces.length > 0) end()
  return lines
}

/** The width of a text in one line, in points. */
export function lineWidth(setter: Setter, text: string, style: TextStyle): number {
  return breakLines(setter, text, style, Number.POSITIVE_INFINITY)[0]?.width ?? 0
}

const widthSum = (pieces: Line['pieces']) => pieces.reduce((sum, piece) => sum + piece.width, 0)

function measurePieces({ faces, widthOf }: Setter, text: string, style: TextStyle): Line['pieces'] {
  const { size, weight, tracking = 0 } = style
  return piecesOf(text, faces[weight]).map((piece) => ({
    ...piece,
    width: widthOf(piece.face, size * piece.scale, piece.text) + Array.from(piece.text).length * tracking * size,
  }))
}
