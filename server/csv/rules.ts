/** A value of a cell; lists are joined, null is empty. */
export type Cell = string | number | boolean | Date | null | undefined | readonly string[]

/** What spreadsheets read as a formula, also behind blanks and in its wide forms. */
const formula = /^(?:[\s\p{C}]*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n])/u

/** The text of a cell. What a device or a person named so that a spreadsheet would calculate it gets an apostrophe before it. */
export function cellText(value: Cell): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'number') return String(value)
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (value instanceof Date) return value.toISOString()
  const text = typeof value === 'string' ? value : value.join(', ')
  return formula.test(text) ? `'${text}` : text
}

/** A file name that no header and no file system reads as anything else. */
export function csvFileName(mspSlug: string, list: string, at: Date): string {
  const plain = (text: string) => text.toLowerCase().replace(/[^a-z0-9-]+/g, '-')
  return `patchward-${plain(mspSlug)}-${plain(list)}-${at.toISOString().slice(0, 10)}.csv`
}
