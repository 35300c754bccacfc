/**
 * How wide the columns of a table are, in points: as wide as their longest text where all have room. Where not, numbers keep theirs as far as a
 * fair share goes, and the others share what is left, no narrow one giving for a wide one. What nobody needs goes to the last column, or
 * to all where that one holds numbers.
 */
export function columnWidths(natural: number[], isNumber: boolean[], room: number): number[] {
  const fair = room / natural.length
  const widths = natural.map((width, index) => (isNumber[index] ? Math.min(width, fair) : 0))
  const left = room - widths.reduce((sum, width) => sum + width, 0)
  const words = natural.map((width, index) => ({ width, index })).filter(({ index }) => !isNumber[index])
  let rest = left
  for (const [turn, { width, index }] of words.toSorted((a, b) => a.width - b.width).entries()) {
    const given = Math.min(width, rest / (words.length - turn))
    widths[index] = given
    rest -= given
  }
  const isSpread = isNumber.at(-1)
  return widths.map((width, index) => {
    if (isSpread) return width + rest / widths.length
    return index === widths.length - 1 ? width + rest : width
  })
}
