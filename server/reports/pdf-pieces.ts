import type { Face } from './pdf-fonts.ts'

/** A stretch of text that one face draws. */
export interface Piece {
  face: string
  text: string
  /** Of the type size. */
  scale: number
  /** What was written where a sign is drawn in place of one that no face has: a reader of the file is told this. */
  written?: string
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })
/** More marks on one letter than a language needs climb over the lines above. */
const mostCodePoints = 3
const missing = '\ufffd'
/** The fonts have no narrow space: it is drawn as a common one, made smaller. */
const narrowSpace = '\u202f'
const narrowScale = 0.6

/** A text as it may be printed: what hides, turns or breaks a line is gone, and letters with marks are one sign where there is one. */
export function cleanText(text: string): string {
  return text
    .toWellFormed()
    .normalize('NFC')
    .replace(/\p{Cf}+/gu, '')
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
}

/** The signs of a clean text: what a reader takes for one letter. */
export function signsOf(text: string): string[] {
  return Array.from(graphemes.segment(text), ({ segment }) => segment)
}

/** A clean text in pieces, each by the first face that has its signs; what none has becomes a mark that is seen. */
export function piecesOf(text: string, faces: readonly Face[]): Piece[] {
  return joinPieces(
    signsOf(text).map((sign) => pieceOf(sign, faces)),
    () => ({}),
  )
}

/** The same pieces with those in one that are drawn alike; `extra` says what else the joined piece has of the two. */
export function joinPieces<Each extends Piece>(
  pieces: readonly Each[],
  extra: (last: Each, next: Each) => Partial<Each>,
): Each[] {
  const joined: Each[] = []
  for (const next of pieces) {
    const last = joined.at(-1)
    if (last && last.face === next.face && last.scale === next.scale && !last.written === !next.written) {
      const written = last.written && next.written && last.written + next.written
      joined[joined.length - 1] = {
        ...last,
        text: last.text + next.text,
        ...(written && { written }),
        ...extra(last, next),
      }
    } else joined.push(next)
  }
  return joined
}

function pieceOf(sign: string, faces: readonly Face[]): Piece {
  if (sign === narrowSpace) return { ...pieceOf('\u00a0', faces), scale: narrowScale }
  const points = Array.from(sign, (letter) => letter.codePointAt(0) ?? 0)
  const face = points.length <= mostCodePoints && faces.find(({ has }) => points.every((point) => has.has(point)))
  if (face) return { face: face.name, text: sign, scale: 1 }
  const marking = faces.find(({ has }) => has.has(0xfffd))
  if (!marking) throw new Error('No face of the reports has a sign for what is missing')
  return { face: marking.name, text: missing, scale: 1, written: sign }
}
